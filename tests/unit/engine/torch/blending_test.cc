#include "inference-server/engine/torch/inspyrenet/blending.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "tests/unit/engine/torch/formula.h"

namespace prewarm::inspyrenet {
namespace {

constexpr Size kBase{64, 64};
constexpr Blending kBlending{64, kBase};

bool Same(const at::Tensor& a, const at::Tensor& b) {
  return a.sizes() == b.sizes() && a.equal(b);
}

// What the research code gave for this picture, to the six digits that were
// kept. Without the reference BLAS these weights magnify rounding, see
// network_test.cc, and a pixel at a mask's edge may fall on its other side.
TEST(BlendedMatte, IsThatOfTheOriginal) {
  const bool exact = std::getenv("PREWARM_TEST_REFERENCE_BLAS") != nullptr;
  const float tolerance = exact ? 2e-6F : 5e-3F;
  const c10::InferenceMode guard;
  const Blending blending{128, {128, 128}};
  const Network network = FormulaNetwork(blending.base, Rounding::kOriginal);
  const at::Tensor matte =
      Matte(ResearchLogits(network, blending, FormulaInput({192, 256})));
  ASSERT_EQ(SizeOf(matte), (Size{192, 256}));
  EXPECT_NEAR(matte.mean().item<float>(), 0.217290F, tolerance);
  EXPECT_NEAR(matte.std().item<float>(), 0.284972F, tolerance);
  EXPECT_NEAR(matte[0][0][0][0].item<float>(), 0.997191F, tolerance);
  EXPECT_NEAR(matte[0][0][96][128].item<float>(), 0.090153F, tolerance);
}

// Columns to each side that cv2's ellipse covers, by rows from its middle.
const std::map<int, std::vector<int>> kEllipses = {
    {5, {2, 2, 0}},
    {9, {4, 4, 3, 3, 0}},
    {17, {8, 8, 8, 7, 7, 6, 5, 4, 0}},
};

// Pixel by pixel.
at::Tensor SlowBoundary(const at::Tensor& logits, int kernel) {
  const at::Tensor p = at::sigmoid(logits);
  const std::vector<int>& reach = kEllipses.at(kernel);
  const int last = static_cast<int>(reach.size()) - 1;
  const int height = static_cast<int>(p.size(2));
  const int width = static_cast<int>(p.size(3));
  at::Tensor result = at::zeros_like(p);
  const auto from = p.accessor<float, 4>();
  auto to = result.accessor<float, 4>();
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      float low = from[0][0][y][x];
      float high = low;
      for (int row = y - last; row <= y + last; ++row) {
        const int columns = reach[static_cast<std::size_t>(std::abs(row - y))];
        for (int column = x - columns; column <= x + columns; ++column) {
          if (row < 0 || row >= height) continue;
          if (column < 0 || column >= width) continue;
          low = std::min(low, from[0][0][row][column]);
          high = std::max(high, from[0][0][row][column]);
        }
      }
      to[0][0][y][x] = high - low > 0.5F ? 1.F : 0.F;
    }
  }
  return result;
}

class Blended : public ::testing::Test {
 protected:
  const c10::InferenceMode guard_;
  const Network network_ = FormulaNetwork(kBase, Rounding::kOwn);
  at::Tensor Plain(const at::Tensor& x) const { return network_.Forward(x).d0; }
};

TEST_F(Blended, PictureWithASideWithinTheThresholdIsTheSmallOneAlone) {
  for (const Size size : {Size{64, 128}, Size{128, 64}}) {
    const at::Tensor x = FormulaInput(size);
    const at::Tensor small = at::upsample_bilinear2d(x, {64, 64}, false);
    EXPECT_TRUE(Same(ResearchLogits(network_, kBlending, x), Plain(small)));
    EXPECT_FALSE(kBlending.Takes(size));
  }
  EXPECT_TRUE(kBlending.Takes({65, 65}));
}

TEST_F(Blended, NothingButTheThresholdSwitchesItOn) {
  const at::Tensor x = FormulaInput({96, 128});
  const at::Tensor plain = Plain(x);
  const Blending off{0, kBase};
  EXPECT_FALSE(off.Takes({4096, 4096}));
  EXPECT_TRUE(Same(ResearchLogits(network_, off, x), plain));
  EXPECT_TRUE(Same(ServedLogits(network_, off, x), plain));
  for (const at::Tensor& on : {ResearchLogits(network_, kBlending, x),
                               ServedLogits(network_, kBlending, x)}) {
    EXPECT_EQ(SizeOf(on), SizeOf(x));
    EXPECT_FALSE(Same(on, plain));
  }
}

TEST_F(Blended, WhatIsServedAtTheBaseSizeOrWithinTheThresholdIsAsItWas) {
  const Blending low{48, kBase};
  for (const Size size : {kBase, Size{48, 96}, Size{96, 48}}) {
    const at::Tensor x = FormulaInput(size);
    EXPECT_TRUE(Same(ServedLogits(network_, low, x), Plain(x)));
  }
}

TEST_F(Blended, SmallPictureOfWhatIsServedLooksAtEveryPixel) {
  // Every third row and column, which is where the research code looks, as in
  // one picture; all others as in another.
  const at::Tensor x = FormulaInput({192, 192});
  at::Tensor other = -x;
  other.slice(2, 1, 192, 3)
      .slice(3, 1, 192, 3)
      .copy_(x.slice(2, 1, 192, 3).slice(3, 1, 192, 3));
  const auto small = [](const at::Tensor& logits) {
    return at::upsample_bilinear2d(logits, {24, 24}, false);
  };
  const auto differ = [&](const at::Tensor& a, const at::Tensor& b) {
    return (small(a) - small(b)).abs().mean().item<float>();
  };
  const Blending blending{64, kBase};
  EXPECT_LT(differ(ResearchLogits(network_, blending, other),
                   ResearchLogits(network_, blending, x)),
            1e-3F);
  EXPECT_GT(differ(ServedLogits(network_, blending, other),
                   ServedLogits(network_, blending, x)),
            1e-2F);
}

// With logits so large that sigmoid has edges: the formula's have none, and no
// detail passes a mask.
Network SteepNetwork(const at::TensorOptions& options) {
  Parameters parameters(
      [](const std::string& name) {
        const at::Tensor tensor = FormulaWeights().at(name);
        return name == "decoder.conv5.conv.weight" ? tensor * 30 : tensor;
      },
      options, Rounding::kOwn);
  return Network(&parameters, kBase);
}

TEST(BlendedSteps, AddTheDetailsOfEachLevelWhereTheMatteSoFarHasAnEdge) {
  const c10::InferenceMode guard;
  const Network network = SteepNetwork(at::kFloat);
  const at::Tensor x = FormulaInput({96, 128});
  const Levels levels = network.Forward(x);
  const auto bilinear = [](const at::Tensor& map, const at::Tensor& as,
                           bool aligned) {
    return at::upsample_bilinear2d(map, {as.size(2), as.size(3)}, aligned);
  };
  at::Tensor d =
      bilinear(network.Forward(at::upsample_bilinear2d(x, {64, 64}, false)).d0,
               levels.d3, false);
  for (const auto& [kernel, p] : std::map<int, at::Tensor>{
           {5, levels.p2}, {9, levels.p1}, {17, levels.p0}}) {
    const at::Tensor edge = SlowBoundary(d, kernel);
    const float share = edge.mean().item<float>();
    EXPECT_GT(share, 0.02F) << kernel;
    EXPECT_LT(share, 0.98F) << kernel;
    const at::Tensor fine = network.pyramid().Expand(d);
    d = fine + bilinear(bilinear(edge, p, false) * p, fine, true);
  }
  EXPECT_LT(
      (ResearchLogits(network, kBlending, x) - d).abs().max().item<float>(),
      1e-4F);
}

TEST(BlendedType, HalfPrecisionBlendsInFp32) {
  const c10::InferenceMode guard;
  const at::Tensor x = FormulaInput({96, 128}).to(at::kBFloat16);
  const Network half = SteepNetwork(at::kBFloat16);
  for (const at::Tensor& logits :
       {ResearchLogits(half, kBlending, x), ServedLogits(half, kBlending, x)}) {
    EXPECT_EQ(logits.scalar_type(), at::kFloat);
    EXPECT_TRUE(at::isfinite(logits).all().item<bool>());
  }
}

TEST(BlendingBoundary, IsWhatAnEllipseAroundEachPixelGives) {
  const c10::InferenceMode guard;
  at::manual_seed(4);
  for (const Size size :
       {Size{40, 33}, Size{3, 60}, Size{60, 3}, Size{1, 9}, Size{2, 2}}) {
    const at::Tensor rows = at::arange(size.height).view({1, 1, -1, 1});
    const at::Tensor columns = at::arange(size.width).view({1, 1, 1, -1});
    const at::Tensor logits = at::sin(rows * 0.13 + columns * 0.21) * 2 +
                              at::randn({1, 1, size.height, size.width}) * 0.3;
    for (const int kernel : {5, 9, 17}) {
      const at::Tensor found = Boundary(logits, kernel);
      EXPECT_TRUE(Same(found, SlowBoundary(logits, kernel)))
          << kernel << " on " << size.height << " x " << size.width;
      if (size.height == 40) {
        EXPECT_GT(found.sum().item<float>(), 0);
        EXPECT_LT(found.sum().item<float>(), 40 * 33);
      }
    }
  }
}

TEST(BlendingBoundary, OfOnePixelIsTheEllipse) {
  const c10::InferenceMode guard;
  for (const auto& [kernel, reach] : kEllipses) {
    at::Tensor logits = at::full({1, 1, 21, 21}, -9.F);
    logits[0][0][10][10] = 9;
    const at::Tensor found = Boundary(logits, kernel);
    int covered = 0;
    for (std::size_t row = 0; row < reach.size(); ++row) {
      covered += (row == 0 ? 1 : 2) * (2 * reach[row] + 1);
    }
    EXPECT_EQ(found.sum().item<float>(), static_cast<float>(covered)) << kernel;
  }
}

}  // namespace
}  // namespace prewarm::inspyrenet
