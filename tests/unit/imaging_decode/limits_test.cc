#include <gmock/gmock.h>

#include "tests/unit/imaging_decode/expect.h"
#include "tests/unit/imaging_decode/samples.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

std::string HugePng(int width, int height, std::size_t bytes) {
  std::string file = samples::Png(width, height, 8, 2, "");
  return file + std::string(bytes - std::min(bytes, file.size()), '\0');
}

TEST(LimitsTest, NinetyKilobytePngOf900MegapixelsIsRefusedByItsHeader) {
  const std::string file = HugePng(30000, 30000, 90'000);
  const auto header = ReadHeader(file, DecodeLimits{});
  ASSERT_FALSE(header.ok());
  EXPECT_EQ(header.error().code, ErrorCode::kTooLarge);
  EXPECT_THAT(header.error().message, HasSubstr("30000 x 30000"));
  EXPECT_THAT(header.error().message, HasSubstr("16384"));
  EXPECT_EQ(MustRefuse(file).code, ErrorCode::kTooLarge);
}

TEST(LimitsTest, PixelsOverTheLimitAreRefusedWithBothNumbers) {
  const Error error = MustRefuse(HugePng(10000, 5001, 1 << 20));
  EXPECT_EQ(error.code, ErrorCode::kTooLarge);
  EXPECT_THAT(error.message, HasSubstr("10000 x 5001"));
  EXPECT_THAT(error.message, HasSubstr("50 megapixels"));
}

TEST(LimitsTest, ExactlyTheLimitPasses) {
  DecodeLimits limits;
  limits.pixels = 2048;
  limits.side = 64;
  limits.min_side = 32;
  const std::string file = samples::Png(samples::Gradient(64, 32));
  limits.bytes = file.size();
  EXPECT_TRUE(Decode(file, limits).ok());
  limits.bytes = file.size() - 1;
  EXPECT_EQ(MustRefuse(file, limits).code, ErrorCode::kTooLarge);
}

TEST(LimitsTest, FileOverTheByteLimitIsRefusedWithBothNumbers) {
  DecodeLimits limits;
  limits.bytes = 100;
  const Error error = MustRefuse(std::string(101, 'x'), limits);
  EXPECT_EQ(error.code, ErrorCode::kTooLarge);
  EXPECT_THAT(error.message, HasSubstr("101"));
  EXPECT_THAT(error.message, HasSubstr("100"));
}

TEST(LimitsTest, ManyPixelsFromFewBytesAreRefusedByTheRatio) {
  const Error error = MustRefuse(HugePng(3000, 3000, 10'000));
  EXPECT_EQ(error.code, ErrorCode::kTooLarge);
  EXPECT_THAT(error.message, HasSubstr("2700 times"));
  EXPECT_THAT(error.message, HasSubstr("2000 times"));
}

TEST(LimitsTest, SmallFlatPictureIsSparedTheRatioRule) {
  const std::string file = samples::Png(samples::Flat(1500, 1500, {9, 9, 9}));
  ASSERT_LT(file.size() * 300, 1500u * 1500u * 3u);  // packs very well
  EXPECT_TRUE(Decode(file, DecodeLimits{}).ok());
}

TEST(LimitsTest, OnePixelIsRefusedWithAHelpfulSentence) {
  const Error error = MustRefuse(samples::Png(samples::Flat(1, 1, {1, 2, 3})));
  EXPECT_EQ(error.code, ErrorCode::kUnprocessable);
  EXPECT_THAT(error.message, HasSubstr("1 x 1"));
  EXPECT_THAT(error.message, HasSubstr("at least 2"));
}

TEST(LimitsTest, ZeroWidthIsDamage) {
  const Error error = MustRefuse(samples::Png(0, 40, 8, 2, ""));
  EXPECT_EQ(error.code, ErrorCode::kUnprocessable);
  EXPECT_THAT(error.message, HasSubstr("no pixel"));
}

TEST(LimitsTest, SizeOverTheRangeOfAnIntIsRefused) {
  std::string file = samples::Png(16, 16, 8, 2, "");
  file.replace(16, 8, "\xff\xff\xff\xff\xff\xff\xff\xff");
  EXPECT_EQ(MustRefuse(file).code, ErrorCode::kTooLarge);
}

TEST(LimitsTest, HeaderTellsTheSizeOfEveryFormat) {
  const Bitmap bitmap = samples::Gradient(80, 64);
  for (const std::string& file :
       {samples::Jpeg(bitmap), samples::Png(bitmap), samples::Webp(bitmap),
        samples::LossyWebp(bitmap), samples::Webp(bitmap, samples::Exif(1)),
        samples::Heif(bitmap)}) {
    const auto header = ReadHeader(file, DecodeLimits{});
    ASSERT_TRUE(header.ok()) << header.error().message;
    EXPECT_EQ(header->width, 80);
    EXPECT_EQ(header->height, 64);
  }
}

TEST(LimitsTest, PredictionGrowsWithThePictureAndCoversItsPixels) {
  const ImageHeader small{ImageFormat::kJpeg, 100, 100};
  const ImageHeader large{ImageFormat::kJpeg, 4000, 3000};
  EXPECT_LT(PredictedBytes(small), PredictedBytes(large));
  EXPECT_GT(PredictedBytes(large), 4000u * 3000u * 7u);
}

}  // namespace
}  // namespace prewarm
