#include "tests/unit/imaging_decode/expect.h"
#include "tests/unit/imaging_decode/samples.h"

namespace prewarm {
namespace {

TEST(PngTest, SixteenBitsAreRoundedToEight) {
  std::string rows;
  for (int y = 0; y < 2; ++y) {
    rows += std::string("\xff\xff\x80\x80\x00\x00", 6);  // 255, 128, 0
    rows += std::string("\x00\x81\x00\x80\x01\x01", 6);  // 1, 0, 1
  }
  const Bitmap rgb = MustDecode(samples::Png(2, 2, 16, 2, rows)).rgb;
  const std::vector<std::uint8_t> want = {255, 128, 0, 1, 0, 1,
                                          255, 128, 0, 1, 0, 1};
  EXPECT_EQ(rgb.data, want);
}

TEST(PngTest, SixteenBitAlphaIsKept) {
  const std::string pixel("\x10\x10\x20\x20\x30\x30\x40\x40", 8);
  const DecodedImage image =
      MustDecode(samples::Png(2, 2, 16, 6, pixel + pixel + pixel + pixel));
  ASSERT_TRUE(image.alpha.has_value());
  EXPECT_EQ(image.alpha->data, std::vector<std::uint8_t>(4, 0x40));
  EXPECT_EQ(image.rgb.data[0], 0x10);
}

TEST(PngTest, PaletteWithTransparencyGivesColourAndAlpha) {
  const std::vector<samples::Chunk> extra = {
      {"PLTE", std::string("\x0a\x14\x1e\xc8\x96\x64", 6)},
      {"tRNS", std::string("\x00", 1)}};
  // Indices 0 and 1 at 4 bits.
  const DecodedImage image =
      MustDecode(samples::Png(2, 2, 4, 3, std::string("\x01\x10", 2), extra));
  ASSERT_TRUE(image.alpha.has_value());
  EXPECT_EQ(image.alpha->data, (std::vector<std::uint8_t>{0, 255, 255, 0}));
  EXPECT_EQ(image.rgb.data[0], 10);
  EXPECT_EQ(image.rgb.data[3], 200);
}

TEST(PngTest, TransparentColourOfATruecolourPictureGivesAlpha) {
  const std::string key("\x00\x01\x00\x02\x00\x03", 6);
  const std::string rows("\x01\x02\x03\x09\x09\x09\x09\x09\x09\x01\x02\x03",
                         12);
  const DecodedImage image =
      MustDecode(samples::Png(2, 2, 8, 2, rows, {{"tRNS", key}}));
  ASSERT_TRUE(image.alpha.has_value());
  EXPECT_EQ(image.alpha->data, (std::vector<std::uint8_t>{0, 255, 255, 0}));
}

TEST(PngTest, GreyOfEveryDepthBecomesRgb) {
  struct Case {
    int depth;
    std::string rows;  // two rows of black, white
  };
  for (const Case& c :
       {Case{1, "\x40\x40"}, Case{2, "\x30\x30"}, Case{4, "\x0f\x0f"},
        Case{8, std::string("\0\xff\0\xff", 4)},
        Case{16, std::string("\0\0\xff\xff\0\0\xff\xff", 8)}}) {
    const Bitmap rgb = MustDecode(samples::Png(2, 2, c.depth, 0, c.rows)).rgb;
    EXPECT_EQ(rgb.data, (std::vector<std::uint8_t>{0, 0, 0, 255, 255, 255, 0, 0,
                                                   0, 255, 255, 255}))
        << c.depth;
  }
}

TEST(PngTest, GreyWithAlphaGivesBoth) {
  const DecodedImage image = MustDecode(samples::Png(
      2, 2, 8, 4, std::string("\x05\x00\x05\xff\x05\x80\x05\xff", 8)));
  ASSERT_TRUE(image.alpha.has_value());
  EXPECT_EQ(image.alpha->data, (std::vector<std::uint8_t>{0, 255, 128, 255}));
  EXPECT_EQ(image.rgb.data[2], 5);
}

TEST(PngTest, ColoursAndAlphaSurviveExactly) {
  const Bitmap rgba = samples::Gradient(33, 21, 4);
  for (const std::string& file : {samples::Png(rgba), samples::Webp(rgba)}) {
    const DecodedImage image = MustDecode(file);
    EXPECT_EQ(MaxDifference(image.rgb, ColorsOf(rgba)), 0);
    ASSERT_TRUE(image.alpha.has_value());
    EXPECT_EQ(MaxDifference(*image.alpha, AlphaOf(rgba)), 0);
  }
}

TEST(PngTest, AlphaThatHidesNothingIsDropped) {
  Bitmap rgba = samples::Gradient(33, 21, 4);
  for (std::size_t i = 3; i < rgba.data.size(); i += 4) rgba.data[i] = 255;
  EXPECT_FALSE(MustDecode(samples::Png(rgba)).alpha.has_value());
}

TEST(PngTest, CommentOfAnotherChecksumIsIgnored) {
  const Bitmap bitmap = samples::Gradient(16, 16);
  std::string file = samples::Png(bitmap, {{"tEXt", std::string("a\0b", 3)}});
  const std::size_t at = file.find("tEXt") + 7;
  file[at] = static_cast<char>(file[at] ^ 0xff);
  EXPECT_EQ(MaxDifference(MustDecode(file).rgb, bitmap), 0);
}

}  // namespace
}  // namespace prewarm
