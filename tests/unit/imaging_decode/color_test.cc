#include <array>
#include <cmath>

#include "tests/unit/imaging_decode/expect.h"
#include "tests/unit/imaging_decode/samples.h"

namespace prewarm {
namespace {

double Linear(double v) {
  return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}
double Encoded(double v) {
  v = std::clamp(v, 0.0, 1.0);
  return v <= 0.0031308 ? v * 12.92 : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
}

// Display P3 to sRGB by the matrix of the two standards, not by lcms.
Bitmap P3ToSrgb(const Bitmap& p3) {
  constexpr double kMatrix[3][3] = {{1.2249401, -0.2249402, 0},
                                    {-0.0420569, 1.0420571, 0},
                                    {-0.0196376, -0.0786507, 1.0982880}};
  Bitmap srgb = p3;
  for (std::size_t i = 0; i < p3.data.size(); i += 3) {
    for (int c = 0; c < 3; ++c) {
      double sum = 0;
      for (int k = 0; k < 3; ++k) {
        sum += kMatrix[c][k] * Linear(p3.data[i + k] / 255.0);
      }
      srgb.data[i + c] =
          static_cast<std::uint8_t>(std::lround(Encoded(sum) * 255));
    }
  }
  return srgb;
}

TEST(ColorTest, DisplayP3BecomesSrgbInEveryFormat) {
  const Bitmap bitmap = samples::Gradient(48, 32);
  const Bitmap want = P3ToSrgb(bitmap);
  ASSERT_GT(MaxDifference(bitmap, want), 20);
  const std::string icc = samples::P3Profile();
  const std::string png =
      samples::Png(bitmap, {{"iCCP", samples::IccChunk(icc)}});
  EXPECT_LE(MaxDifference(MustDecode(png).rgb, want), 2);
  EXPECT_LE(MaxDifference(MustDecode(samples::Webp(bitmap, "", icc)).rgb, want),
            2);
  samples::JpegOptions options;
  options.icc = icc;
  // The gamut's edge magnifies what JPEG loses; flat colour loses nothing.
  const Bitmap flat = samples::Flat(16, 16, {200, 100, 50});
  EXPECT_LE(MaxDifference(MustDecode(samples::Jpeg(flat, options)).rgb,
                          P3ToSrgb(flat)),
            3);
}

TEST(ColorTest, SrgbProfileChangesNoSample) {
  const Bitmap bitmap = samples::Gradient(48, 32);
  const std::string png = samples::Png(
      bitmap, {{"iCCP", samples::IccChunk(samples::SrgbProfile())}});
  EXPECT_EQ(MaxDifference(MustDecode(png).rgb, bitmap), 0);
}

TEST(ColorTest, DamagedProfileIsIgnored) {
  const Bitmap bitmap = samples::Gradient(48, 32);
  const std::string whole = samples::P3Profile();
  std::string garbled = whole;
  for (std::size_t i = 128; i < garbled.size(); ++i) garbled[i] = '\xee';
  for (const std::string& icc :
       {std::string("nonsense"), whole.substr(0, 140), garbled}) {
    EXPECT_EQ(
        MaxDifference(MustDecode(samples::Webp(bitmap, "", icc)).rgb, bitmap),
        0);
  }
}

TEST(ColorTest, ProfileOfAnotherColourSpaceIsIgnored) {
  const Bitmap bitmap = samples::Gradient(48, 32);
  for (const std::string& icc :
       {samples::GreyProfile(1.0), samples::AllWhiteCmykProfile()}) {
    EXPECT_EQ(
        MaxDifference(MustDecode(samples::Webp(bitmap, "", icc)).rgb, bitmap),
        0);
  }
}

TEST(ColorTest, GreyProfileOfAGreyPictureIsApplied) {
  const Bitmap grey = samples::Flat(16, 16, {55});  // linear light 55/255
  const int want = static_cast<int>(std::lround(Encoded(55 / 255.0) * 255));
  const std::string icc = samples::GreyProfile(1.0);
  samples::JpegOptions options;
  options.icc = icc;
  for (const std::string& file :
       {samples::Png(grey, {{"iCCP", samples::IccChunk(icc)}}),
        samples::Jpeg(grey, options)}) {
    const Bitmap rgb = MustDecode(file).rgb;
    ASSERT_EQ(rgb.channels, 3);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(rgb.data[c], want, 1);
  }
}

TEST(ColorTest, GammaOfAPngIsApplied) {
  const std::string linear("\x00\x01\x86\xa0", 4);  // gAMA 1.0
  const Bitmap rgb =
      MustDecode(
          samples::Png(samples::Flat(16, 16, {55, 55, 55}), {{"gAMA", linear}}))
          .rgb;
  const int want = static_cast<int>(std::lround(Encoded(55 / 255.0) * 255));
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(rgb.data[c], want, 1);
}

TEST(ColorTest, SrgbChunkOverrulesGamma) {
  const std::string linear("\x00\x01\x86\xa0", 4);
  const Bitmap bitmap = samples::Gradient(16, 16);
  const std::string file =
      samples::Png(bitmap, {{"gAMA", linear}, {"sRGB", std::string(1, '\0')}});
  EXPECT_EQ(MaxDifference(MustDecode(file).rgb, bitmap), 0);
}

// By the plain formula: light = (1 - ink) * (1 - black).
std::array<int, 3> Light(const std::vector<std::uint8_t>& ink) {
  std::array<int, 3> light{};
  for (int c = 0; c < 3; ++c) light[c] = (255 - ink[c]) * (255 - ink[3]) / 255;
  return light;
}

TEST(ColorTest, CmykJpegOfEveryKindShowsTheSameColour) {
  const std::vector<std::uint8_t> ink = {30, 200, 120, 40};
  const Bitmap bitmap = samples::Flat(16, 16, ink);
  samples::JpegOptions inverted;
  inverted.cmyk = true;
  samples::JpegOptions plain = inverted;
  plain.adobe = false;
  samples::JpegOptions ycck = inverted;
  ycck.ycck = true;
  for (const auto& options : {inverted, plain, ycck}) {
    const Bitmap rgb = MustDecode(samples::Jpeg(bitmap, options)).rgb;
    ASSERT_EQ(rgb.channels, 3);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(rgb.data[c], Light(ink)[c], 4);
  }
}

TEST(ColorTest, CmykProfileIsAsked) {
  samples::JpegOptions options;
  options.cmyk = true;
  options.icc = samples::AllWhiteCmykProfile();
  const Bitmap rgb =
      MustDecode(
          samples::Jpeg(samples::Flat(16, 16, {30, 200, 120, 40}), options))
          .rgb;
  for (int c = 0; c < 3; ++c) EXPECT_GE(rgb.data[c], 253);
}

}  // namespace
}  // namespace prewarm
