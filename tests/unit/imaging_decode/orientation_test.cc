#include "inference-server/imaging/exif_orientation.h"
#include "inference-server/imaging/orient.h"
#include "tests/unit/imaging_decode/expect.h"
#include "tests/unit/imaging_decode/samples.h"

namespace prewarm {
namespace {

// The stored picture that orientation `o` turns into `upright`, by the words
// of the EXIF standard: where the stored row 0 and column 0 are shown.
Bitmap Stored(const Bitmap& upright, int o) {
  const bool swapped = o >= 5;
  Bitmap stored = swapped ? MakeBitmap(upright.height, upright.width, 3)
                          : MakeBitmap(upright.width, upright.height, 3);
  const int w = upright.width;
  const int h = upright.height;
  for (int row = 0; row < stored.height; ++row) {
    for (int column = 0; column < stored.width; ++column) {
      int x = 0;
      int y = 0;
      switch (o) {
        case 1:
          x = column;
          y = row;
          break;  // top, left
        case 2:
          x = w - 1 - column;
          y = row;
          break;  // top, right
        case 3:
          x = w - 1 - column;
          y = h - 1 - row;
          break;  // bottom, right
        case 4:
          x = column;
          y = h - 1 - row;
          break;  // bottom, left
        case 5:
          x = row;
          y = column;
          break;  // left, top
        case 6:
          x = w - 1 - row;
          y = column;
          break;  // right, top
        case 7:
          x = w - 1 - row;
          y = h - 1 - column;
          break;  // right, bottom
        case 8:
          x = row;
          y = h - 1 - column;
          break;  // left, bottom
      }
      std::copy_n(upright.row(y) + std::ptrdiff_t{x} * 3, 3,
                  stored.row(row) + std::ptrdiff_t{column} * 3);
    }
  }
  return stored;
}

class OrientationTest : public testing::TestWithParam<int> {
 protected:
  // Not square and wider than a tile, so that a mix-up of axes shows.
  const Bitmap upright_ = samples::Gradient(75, 40);
  const Bitmap stored_ = Stored(upright_, GetParam());
};

TEST_P(OrientationTest, BitmapIsTurnedUpright) {
  EXPECT_EQ(MaxDifference(Orient(stored_, GetParam()), upright_), 0);
}

TEST_P(OrientationTest, JpegIsTurnedUpright) {
  samples::JpegOptions options;
  options.exif = samples::Exif(GetParam());
  EXPECT_LE(
      MaxDifference(MustDecode(samples::Jpeg(stored_, options)).rgb, upright_),
      6);
}

TEST_P(OrientationTest, PngIsTurnedUpright) {
  const std::string file = samples::Png(
      stored_, {{"eXIf", samples::Exif(GetParam(), /*little=*/false)}});
  EXPECT_EQ(MaxDifference(MustDecode(file).rgb, upright_), 0);
}

TEST_P(OrientationTest, WebpIsTurnedUpright) {
  const std::string file = samples::Webp(stored_, samples::Exif(GetParam()));
  EXPECT_EQ(MaxDifference(MustDecode(file).rgb, upright_), 0);
}

INSTANTIATE_TEST_SUITE_P(All, OrientationTest, testing::Range(1, 9));

TEST(ExifTest, AlphaIsTurnedWithThePicture) {
  Bitmap rgba = samples::Gradient(20, 10, 4);
  const DecodedImage image = MustDecode(samples::Webp(rgba, samples::Exif(6)));
  ASSERT_TRUE(image.alpha.has_value());
  EXPECT_EQ(image.alpha->width, 10);
  EXPECT_EQ(image.alpha->height, 20);
  EXPECT_EQ(image.alpha->row(0)[9], AlphaOf(rgba).row(0)[0]);
}

TEST(ExifTest, BothByteOrdersAreRead) {
  EXPECT_EQ(ReadExifOrientation(samples::Exif(6, true)), 6);
  EXPECT_EQ(ReadExifOrientation(samples::Exif(6, false)), 6);
  EXPECT_EQ(ReadExifOrientation(std::string("Exif\0\0", 6) + samples::Exif(3)),
            3);
}

TEST(ExifTest, ValueOutOfRangeIsUpright) {
  EXPECT_EQ(ReadExifOrientation(samples::Exif(0)), 1);
  EXPECT_EQ(ReadExifOrientation(samples::Exif(9)), 1);
}

TEST(ExifTest, DirectoryBeyondTheBlockIsUpright) {
  std::string exif = samples::Exif(6);
  exif.replace(4, 4, "\xff\xff\xff\xff");
  EXPECT_EQ(ReadExifOrientation(exif), 1);
  exif.replace(4, 4, "\xf0\xff\xff\x7f");
  EXPECT_EQ(ReadExifOrientation(exif), 1);
}

TEST(ExifTest, EntryCountLieIsUpright) {
  std::string exif = samples::Exif(6);
  exif.replace(8, 2, "\xff\xff");
  EXPECT_EQ(ReadExifOrientation(exif), 1);
  exif.replace(8, 2, std::string("\xff\x01", 2));
  exif[10] = 0x13;  // not the tag, and the next 510 entries are not there
  EXPECT_EQ(ReadExifOrientation(exif), 1);
}

TEST(ExifTest, EveryCutOfABlockIsUpright) {
  const std::string exif = samples::Exif(6);
  constexpr std::size_t kEndOfEntry = 8 + 2 + 12;
  for (std::size_t size = 0; size < kEndOfEntry; ++size) {
    EXPECT_EQ(ReadExifOrientation(exif.substr(0, size)), 1) << size;
  }
}

TEST(ExifTest, DamagedBlockDoesNotCostThePicture) {
  samples::JpegOptions options;
  options.exif = std::string(60'000, '\xff');
  const Bitmap bitmap = samples::Gradient(20, 10);
  EXPECT_LE(
      MaxDifference(MustDecode(samples::Jpeg(bitmap, options)).rgb, bitmap), 6);
}

}  // namespace
}  // namespace prewarm
