#include "inference-server/imaging/compose.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "tests/unit/imaging/pictures.h"

namespace prewarm {
namespace {

constexpr Rgb kRed = {220, 30, 40};
constexpr Rgb kBlue = {10, 20, 200};

ComposeOptions Options(OutputKind kind) {
  ComposeOptions options;
  options.kind = kind;
  return options;
}

// A picture of 4 x 1 with a matte that takes every way through the rules.
const Plane& Steps() {
  static const Plane plane = [] {
    Plane steps = MakePlane(4, 1);
    steps.data = {0.0F, 0.25F, 0.75F, 1.0F};
    return steps;
  }();
  return plane;
}

Bitmap Must(Result<Composed> composed) {
  EXPECT_TRUE(composed.ok()) << (composed.ok() ? "" : composed.error().message);
  return composed.ok() ? composed->bitmap : MakeBitmap(1, 1, 4);
}

std::vector<std::uint8_t> MaskOf(const ComposeOptions& options,
                                 const std::optional<Bitmap>& alpha = {}) {
  return Must(Compose(Flat(4, 1, kRed), alpha, Steps(), options)).data;
}

using Bytes = std::vector<std::uint8_t>;

TEST(Compose, MaskIsTheMatteRounded) {
  EXPECT_EQ(MaskOf(Options(OutputKind::kMask)), (Bytes{0, 64, 191, 255}));
}

TEST(Compose, ReverseKeepsTheBackground) {
  ComposeOptions options = Options(OutputKind::kMask);
  options.reverse = true;
  EXPECT_EQ(MaskOf(options), (Bytes{255, 191, 64, 0}));
}

TEST(Compose, ThresholdLeavesTwoLevels) {
  ComposeOptions options = Options(OutputKind::kMask);
  options.threshold = 0.75;  // greater, not equal
  EXPECT_EQ(MaskOf(options), (Bytes{0, 0, 0, 255}));
  options.threshold = 0.0;
  EXPECT_EQ(MaskOf(options), (Bytes{0, 255, 255, 255}));
}

TEST(Compose, ThresholdComesBeforeReverse) {
  ComposeOptions options = Options(OutputKind::kMask);
  options.threshold = 0.5;
  options.reverse = true;
  EXPECT_EQ(MaskOf(options), (Bytes{255, 255, 0, 0}));
}

TEST(Compose, AlphaOfTheInputMultipliesTheMatte) {
  const Bitmap alpha = FlatGrey(4, 1, 128);
  EXPECT_EQ(MaskOf(Options(OutputKind::kMask), alpha), (Bytes{0, 32, 96, 128}));
}

TEST(Compose, WhatWasTransparentStaysSoWhenReversed) {
  ComposeOptions options = Options(OutputKind::kMask);
  options.reverse = true;
  EXPECT_EQ(MaskOf(options, FlatGrey(4, 1, 0)), (Bytes{0, 0, 0, 0}));
}

TEST(Compose, NumbersThatAreNoneCountAsBackground) {
  Plane matte = MakePlane(4, 1);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  matte.data = {7.0F, -3.0F, nan, nan};
  const Result<Composed> composed = Compose(Flat(4, 1, kRed), std::nullopt,
                                            matte, Options(OutputKind::kMask));
  EXPECT_EQ(Must(composed).data, (Bytes{255, 0, 0, 0}));
}

TEST(Compose, SmallMattesAreStretchedOverThePicture) {
  Plane matte = MakePlane(2, 1);
  matte.data = {0.0F, 1.0F};
  const Bitmap mask = Must(Compose(Flat(8, 3, kRed), std::nullopt, matte,
                                   Options(OutputKind::kMask)));
  EXPECT_EQ(mask.width, 8);
  EXPECT_EQ(mask.height, 3);
  // Pixel centres at -0.375, -0.125, 0.125, ... of the matte's.
  const Bytes row = {0, 0, 32, 96, 159, 223, 255, 255};
  for (int y = 0; y < 3; ++y) {
    EXPECT_EQ(Bytes(mask.row(y), mask.row(y) + 8), row);
  }
}

TEST(Compose, RgbaKeepsColoursAndClearsWhatIsNotSeen) {
  ComposeOptions options = Options(OutputKind::kRgba);
  options.estimate_foreground = false;
  EXPECT_EQ(MaskOf(options), (Bytes{0, 0, 0, 0,        //
                                    220, 30, 40, 64,   //
                                    220, 30, 40, 191,  //
                                    220, 30, 40, 255}));
}

TEST(Compose, ColourIsMixedByTheMatte) {
  const Bitmap green = Must(Compose(Flat(4, 1, kRed), std::nullopt, Steps(),
                                    Options(OutputKind::kColor)));
  EXPECT_EQ(green.channels, 3);
  EXPECT_EQ(PixelAt(green, 0, 0), (Rgb{120, 255, 155}));
  EXPECT_EQ(PixelAt(green, 1, 0), (Rgb{145, 199, 126}));  // alpha 64
  EXPECT_EQ(PixelAt(green, 2, 0), (Rgb{195, 86, 69}));    // alpha 191
  EXPECT_EQ(PixelAt(green, 3, 0), kRed);
}

TEST(Compose, BackgroundIsStretchedToThePicture) {
  ComposeOptions options = Options(OutputKind::kBackground);
  options.background = Flat(3, 7, kBlue);
  const Bitmap result =
      Must(Compose(Flat(4, 1, kRed), std::nullopt, Steps(), options));
  EXPECT_EQ(result.width, 4);
  EXPECT_EQ(PixelAt(result, 0, 0), kBlue);
  EXPECT_EQ(PixelAt(result, 3, 0), kRed);
}

TEST(Compose, BlurLeavesTheSubjectSharp) {
  const Bitmap picture = Noise(96, 96, 3, 5);
  const Plane matte = Disc(96, 20, 1);
  const Bitmap result =
      Must(Compose(picture, std::nullopt, matte, Options(OutputKind::kBlur)));
  EXPECT_EQ(PixelAt(result, 48, 48), PixelAt(picture, 48, 48));
  // Noise blurred that wide is nearly its mean, which is near the middle.
  for (const int value : PixelAt(result, 5, 90)) EXPECT_NEAR(value, 128, 20);
}

TEST(Compose, OverlayIsHalfGreenWithAGreenLine) {
  const Plane matte = Disc(64, 20, 1);
  const Bitmap result = Must(Compose(Flat(64, 64, kRed), std::nullopt, matte,
                                     Options(OutputKind::kOverlay)));
  EXPECT_EQ(PixelAt(result, 0, 0), kRed);
  EXPECT_EQ(PixelAt(result, 32, 32), (Rgb{170, 142, 97}));
  int line = 0;
  for (int x = 0; x < 32; ++x) {
    line += PixelAt(result, x, 32) == Rgb{120, 255, 155} ? 1 : 0;
  }
  EXPECT_EQ(line, 1);
}

TEST(Compose, OverlayDrawsNoLineAlongTheFrame) {
  const Bitmap result =
      Must(Compose(Flat(9, 9, kRed), std::nullopt, FlatPlane(9, 9, 1.0F),
                   Options(OutputKind::kOverlay)));
  EXPECT_EQ(PixelAt(result, 0, 0), (Rgb{170, 142, 97}));
}

TEST(Compose, EmptyScenesAreSaidToBeEmpty) {
  const Bitmap picture = Flat(8, 8, kRed);
  const ComposeOptions options = Options(OutputKind::kMask);
  const auto empty = [&](float value, const std::optional<Bitmap>& alpha) {
    return Compose(picture, alpha, FlatPlane(2, 2, value), options)
        ->empty_scene;
  };
  EXPECT_TRUE(empty(0.5F, std::nullopt));
  EXPECT_FALSE(empty(0.51F, std::nullopt));
  EXPECT_TRUE(empty(1.0F, FlatGrey(8, 8, 100)));
}

TEST(Compose, ReverseDoesNotFillAnEmptyScene) {
  ComposeOptions options = Options(OutputKind::kMask);
  options.reverse = true;
  EXPECT_TRUE(
      Compose(Flat(4, 4, kRed), std::nullopt, FlatPlane(4, 4, 0.0F), options)
          ->empty_scene);
}

// align_corners as its definition has it: the centres of the corner pixels lie
// on each other, and what is between is bilinear, with no filter for smaller.
double Aligned(const Plane& matte, int x, int y, int width, int height) {
  const double from_x = x * (matte.width - 1.0) / (width - 1.0);
  const double from_y = y * (matte.height - 1.0) / (height - 1.0);
  double sum = 0;
  for (int j = 0; j < matte.height; ++j) {
    for (int i = 0; i < matte.width; ++i) {
      sum += std::max(0.0, 1 - std::abs(from_x - i)) *
             std::max(0.0, 1 - std::abs(from_y - j)) * matte.row(j)[i];
    }
  }
  return sum;
}

TEST(Compose, MatteIsStretchedCornerToCornerWhereItsNetworkWantsThat) {
  Plane matte = MakePlane(7, 5);
  for (std::size_t i = 0; i < matte.data.size(); ++i) {
    matte.data[i] = static_cast<float>(i * i % 11) / 10;
  }
  ComposeOptions options = Options(OutputKind::kMask);
  // Larger, as large, smaller, and each in one direction.
  for (const auto& [width, height] : std::vector<std::pair<int, int>>{
           {23, 17}, {7, 5}, {4, 3}, {3, 12}, {20, 2}}) {
    SCOPED_TRACE(std::to_string(width) + "x" + std::to_string(height));
    options.align_corners = true;
    const Bitmap mask =
        Must(Compose(Flat(width, height, kRed), {}, matte, options));
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        EXPECT_NEAR(mask.row(y)[x], 255 * Aligned(matte, x, y, width, height),
                    0.501);
      }
    }
    options.align_corners = false;
    EXPECT_EQ(
        Must(Compose(Flat(width, height, kRed), {}, matte, options)).data ==
            mask.data,
        width == matte.width && height == matte.height);
  }
}

using Corners = std::array<int, 4>;  // x, y, width, height

TEST(Compose, SubjectIsMeasuredWhereItIsAskedFor) {
  const Bitmap picture = Flat(6, 5, kRed);
  Plane matte = FlatPlane(6, 5, 0.2F);
  ComposeOptions options = Options(OutputKind::kMask);
  options.measure = true;
  const auto measured = [&](const std::optional<Bitmap>& alpha = {}) {
    return Compose(picture, alpha, matte, options).value();
  };
  EXPECT_EQ(measured().coverage, 0);
  EXPECT_FALSE(measured().subject.has_value());
  matte.row(1)[4] = 0.9F;
  EXPECT_EQ(measured().subject, (Corners{4, 1, 1, 1}));
  matte.row(3)[2] = 0.9F;
  matte.row(4)[3] = 0.5F;  // not over it
  EXPECT_DOUBLE_EQ(measured().coverage, 2.0 / 30);
  EXPECT_EQ(measured().subject, (Corners{2, 1, 3, 3}));
  matte.row(0)[5] = 1.0F;
  matte.row(4)[0] = 1.0F;
  EXPECT_EQ(measured().subject, (Corners{0, 0, 6, 5}));
  EXPECT_DOUBLE_EQ(measured().coverage, 4.0 / 30);
  EXPECT_FALSE(measured(FlatGrey(6, 5, 100)).subject.has_value());
  options.measure = false;
  EXPECT_FALSE(measured().subject.has_value());
}

TEST(Compose, ThresholdReverseAndCropDoNotChangeTheMeasure) {
  Plane matte = FlatPlane(6, 5, 0.0F);
  matte.row(2)[2] = 0.6F;
  ComposeOptions options = Options(OutputKind::kMask);
  options.measure = true;
  for (const bool reverse : {false, true}) {
    options.reverse = reverse;
    options.threshold = 0.9;
    options.crop = true;
    const auto composed =
        Compose(Flat(6, 5, kRed), std::nullopt, matte, options);
    EXPECT_DOUBLE_EQ(composed->coverage, 1.0 / 30);
    EXPECT_EQ(composed->subject, (Corners{2, 2, 1, 1}));
  }
}

void ExpectRefused(const Result<Composed>& composed, const char* field) {
  ASSERT_FALSE(composed.ok()) << field;
  EXPECT_EQ(composed.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(composed.error().field, field);
}

TEST(Compose, ThresholdsOutsideZeroToOneAreRefused) {
  for (const double bad : {-0.01, 1.01, std::nan("")}) {
    ComposeOptions options = Options(OutputKind::kMask);
    options.threshold = bad;
    ExpectRefused(Compose(Flat(4, 1, kRed), std::nullopt, Steps(), options),
                  "threshold");
  }
}

TEST(Compose, MarginsOutsideZeroToOneAreRefused) {
  for (const double bad : {-0.01, 1.01, std::nan("")}) {
    ComposeOptions options = Options(OutputKind::kMask);
    options.crop = true;
    options.crop_margin = bad;
    ExpectRefused(Compose(Flat(4, 1, kRed), std::nullopt, Steps(), options),
                  "crop");
  }
}

TEST(Compose, OutputImageWithoutABackgroundIsRefused) {
  ExpectRefused(Compose(Flat(4, 1, kRed), std::nullopt, Steps(),
                        Options(OutputKind::kBackground)),
                "background");
}

TEST(Compose, PlanesThatDoNotFitAreRefused) {
  const ComposeOptions options = Options(OutputKind::kRgba);
  EXPECT_FALSE(Compose(Bitmap{}, std::nullopt, Steps(), options).ok());
  EXPECT_FALSE(Compose(FlatGrey(4, 1, 9), std::nullopt, Steps(), options).ok());
  EXPECT_FALSE(
      Compose(Flat(4, 1, kRed), FlatGrey(4, 2, 9), Steps(), options).ok());
  EXPECT_FALSE(Compose(Flat(4, 1, kRed), std::nullopt, Plane{}, options).ok());
  EXPECT_FALSE(
      Compose(Flat(4, 1, kRed), std::nullopt, Plane{4, 4, {1.0F}}, options)
          .ok());
}

}  // namespace
}  // namespace prewarm
