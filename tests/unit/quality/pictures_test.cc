#include "inference-server/quality/pictures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inference-server/imaging/encode.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/quality/mattes.h"

namespace prewarm::quality {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Png(const Bitmap& bitmap) { return *Encode(bitmap, {}); }

Bitmap Picture4x3() { return MakeBitmap(4, 3, 3); }

std::string ErrorOf(const Result<Picture>& picture) {
  return picture.ok() ? "" : picture.error().message;
}

TEST(ListPictures, TakesWhatIsCalledLikeAPictureByName) {
  const TempDir dir;
  for (const char* name :
       {"b.JPG", "a.png", "c.webp", "notes.txt", "png", "folder/d.png"}) {
    dir.Write(name, "x");
  }
  const auto names = ListPictures(dir.path());
  ASSERT_TRUE(names.ok());
  EXPECT_THAT(*names, ElementsAre("a.png", "b.JPG", "c.webp"));
}

TEST(ListPictures, WithoutAnySaysWhatItTakes) {
  const TempDir dir;
  EXPECT_THAT(ListPictures(dir.path()).error().message,
              HasSubstr("it takes .jpg"));
  EXPECT_THAT(ListPictures(dir.File("gone")).error().message,
              HasSubstr("--images DIR"));
}

TEST(ListPictures, RefusesMoreThanAThousand) {
  const TempDir dir;
  for (int i = 0; i < 1000; ++i) dir.Write(std::to_string(i) + ".jpg", "");
  EXPECT_TRUE(ListPictures(dir.path()).ok());
  dir.Write("one_more.jpg", "");
  EXPECT_EQ(ListPictures(dir.path()).error().code, ErrorCode::kTooLarge);
}

TEST(ReadPicture, WithoutATruthFolderHasNoTruth) {
  const TempDir dir;
  dir.Write("a.png", Png(Picture4x3()));
  const auto picture = ReadPicture(dir.path(), "a.png", "");
  ASSERT_TRUE(picture.ok()) << ErrorOf(picture);
  EXPECT_EQ(picture->image.rgb.width, 4);
  EXPECT_TRUE(picture->truth.data.empty());
}

TEST(ReadPicture, TakesTheTruthFromTheAlphaChannel) {
  const TempDir dir;
  dir.Write("a.b.jpg", *Encode(Picture4x3(), {OutputFormat::kJpeg, 90}));
  Bitmap rgba = MakeBitmap(4, 3, 4);
  for (std::size_t i = 0; i < 12; ++i) {
    rgba.data[4 * i] = 200;  // a colour, which does not count
    rgba.data[4 * i + 3] = static_cast<std::uint8_t>(20 * i);
  }
  dir.Write("truth/a.b.png", Png(rgba));
  const auto picture = ReadPicture(dir.path(), "a.b.jpg", dir.File("truth"));
  ASSERT_TRUE(picture.ok()) << ErrorOf(picture);
  EXPECT_EQ(picture->truth.data[0], 0);
  EXPECT_EQ(picture->truth.data[11], 220);
}

TEST(ReadPicture, TakesTheTruthFromGrey) {
  const TempDir dir;
  dir.Write("a.png", Png(Picture4x3()));
  dir.Write("truth/a.png", Png(Filled(4, 3, 77)));
  const auto picture = ReadPicture(dir.path(), "a.png", dir.File("truth"));
  ASSERT_TRUE(picture.ok()) << ErrorOf(picture);
  EXPECT_EQ(picture->truth.channels, 1);
  EXPECT_EQ(picture->truth.data, Filled(4, 3, 77).data);
}

TEST(ReadPicture, NamesWhatIsWrongWithATruth) {
  const TempDir dir;
  dir.Write("a.png", Png(Picture4x3()));
  const auto error = [&] {
    return ErrorOf(ReadPicture(dir.path(), "a.png", dir.File("truth")));
  };
  EXPECT_THAT(error(), HasSubstr("no truth a.png"));
  dir.Write("truth/a.png", Png(Filled(3, 4, 77)));
  EXPECT_THAT(error(), HasSubstr("has 3 x 4 pixels, its picture (upright) 4"));
  for (const std::size_t sample : {0, 1, 2}) {
    Bitmap coloured = Picture4x3();
    coloured.data[sample] = 9;
    dir.Write("truth/a.png", Png(coloured));
    EXPECT_THAT(error(), HasSubstr("has colours and no transparency"));
  }
  dir.Write("truth/a.png", "no PNG");
  EXPECT_THAT(error(), HasSubstr("a.png can't be read: The file looks like"));
}

TEST(ReadPicture, HasTheLimitsOfAnUpload) {
  const TempDir dir;
  dir.Write("big.png", std::string((32 << 20) + 1, 'x'));
  EXPECT_EQ(ReadPicture(dir.path(), "big.png", "").error().code,
            ErrorCode::kTooLarge);
  dir.Write("text.jpg", "hello");
  EXPECT_EQ(ReadPicture(dir.path(), "text.jpg", "").error().code,
            ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace prewarm::quality
