#include <gmock/gmock.h>

#include "tests/unit/imaging_decode/expect.h"
#include "tests/unit/imaging_decode/samples.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

struct Sample {
  std::string name;
  std::string file;
};

std::vector<Sample> Samples() {
  const Bitmap bitmap = samples::Gradient(40, 30);
  samples::JpegOptions progressive;
  progressive.progressive = true;
  samples::JpegOptions restarts;
  restarts.restart_rows = 1;
  restarts.exif = samples::Exif(6);
  restarts.icc = samples::P3Profile();
  samples::JpegOptions cmyk;
  cmyk.cmyk = true;
  return {
      {"jpeg", samples::Jpeg(bitmap)},
      {"progressive", samples::Jpeg(bitmap, progressive)},
      {"restarts", samples::Jpeg(bitmap, restarts)},
      {"cmyk", samples::Jpeg(samples::Gradient(40, 30, 4), cmyk)},
      {"png", samples::Png(bitmap)},
      {"webp", samples::Webp(bitmap)},
      {"webp_lossy", samples::LossyWebp(bitmap)},
      {"webp_extended", samples::Webp(samples::Gradient(40, 30, 4),
                                      samples::Exif(6), samples::P3Profile())}};
}

class DamageTest : public testing::TestWithParam<Sample> {};

TEST_P(DamageTest, WholeFileDecodes) {
  EXPECT_EQ(MustDecode(GetParam().file).rgb.data.size(), 40u * 30u * 3u);
}

TEST_P(DamageTest, EveryTruncationIsRefusedAsDamage) {
  const std::string& file = GetParam().file;
  const std::size_t step = std::max<std::size_t>(1, file.size() / 300);
  for (std::size_t size = 12; size < file.size(); size += step) {
    const auto result = Decode(file.substr(0, size), DecodeLimits{});
    ASSERT_FALSE(result.ok()) << size << " of " << file.size();
    EXPECT_EQ(result.error().code, ErrorCode::kUnprocessable)
        << size << ": " << result.error().message;
    EXPECT_THAT(result.error().message, HasSubstr("damaged"));
  }
}

TEST_P(DamageTest, FlippedBytesNeverCrash) {
  DecodeLimits limits;
  limits.pixels = 100'000;
  const std::size_t step =
      std::max<std::size_t>(1, GetParam().file.size() / 400);
  int refused = 0;
  for (std::size_t at = 0; at < GetParam().file.size(); at += step) {
    std::string file = GetParam().file;
    file[at] = static_cast<char>(file[at] ^ 0xff);
    if (!Decode(file, limits).ok()) ++refused;
  }
  EXPECT_GT(refused, 0);
}

INSTANTIATE_TEST_SUITE_P(Formats, DamageTest, testing::ValuesIn(Samples()),
                         [](const auto& info) { return info.param.name; });

TEST(JpegDamageTest, SecondSizeInOneFileIsRefused) {
  std::string file = samples::Jpeg(samples::Gradient(16, 16));
  // A frame header that only a reader of the first one would believe.
  const std::string liar("\xff\xc0\x00\x0b\x08\x00\x20\x00\x20\x01\x01\x11\x00",
                         13);
  file.insert(2, liar);
  EXPECT_EQ(MustRefuse(file).code, ErrorCode::kUnprocessable);
}

TEST(JpegDamageTest, LosslessAndTwelveBitKindsAreUnsupportedByName) {
  std::string file = samples::Jpeg(samples::Gradient(16, 16));
  const std::size_t frame = file.find("\xff\xc0");
  ASSERT_NE(frame, std::string::npos);
  std::string lossless = file;
  lossless[frame + 1] = '\xc3';
  EXPECT_EQ(MustRefuse(lossless).code, ErrorCode::kUnsupported);
  EXPECT_THAT(MustRefuse(lossless).message, HasSubstr("lossless"));
  file[frame + 4] = 12;
  EXPECT_THAT(MustRefuse(file).message, HasSubstr("12-bit"));
}

TEST(JpegDamageTest, HundredsOfScansAreRefused) {
  EXPECT_TRUE(Decode(samples::JpegOfManyScans(40), DecodeLimits{}).ok());
  const Error error = MustRefuse(samples::JpegOfManyScans(400));
  EXPECT_EQ(error.code, ErrorCode::kUnprocessable);
  EXPECT_THAT(error.message, HasSubstr("scans"));
}

TEST(PngDamageTest, PixelsOfAWrongChecksumAreRefused) {
  std::string file = samples::Png(samples::Gradient(16, 16));
  const std::size_t at = file.find("IEND") - 5;  // last byte of IDAT's CRC
  file[at] = static_cast<char>(file[at] ^ 1);
  EXPECT_EQ(MustRefuse(file).code, ErrorCode::kUnprocessable);
}

TEST(PngDamageTest, FewerRowsThanStatedAreRefused) {
  std::string rows(384, 'x');
  const std::string file = samples::Png(16, 8, 8, 2, rows);
  std::string liar = samples::Png(16, 16, 8, 2, "");
  // The header of 16 rows before the pixels of 8.
  liar = liar.substr(0, 33) + file.substr(33);
  EXPECT_EQ(MustRefuse(liar).code, ErrorCode::kUnprocessable);
}

}  // namespace
}  // namespace prewarm
