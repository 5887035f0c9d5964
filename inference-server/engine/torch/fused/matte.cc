#include "inference-server/engine/torch/fused/matte.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace prewarm::fused {
namespace {

// An output centre lies a quarter of a pixel from the nearer input centre.
constexpr float kNear = 0.75F;
constexpr float kFar = 0.25F;

float Sigmoid(float x) { return 1.F / (1.F + std::exp(-x)); }

void DoubleRow(const std::vector<float>& row, float* out) {
  const std::size_t last = row.size() - 1;
  for (std::size_t x = 0; x <= last; ++x) {
    const float left = row[x > 0 ? x - 1 : 0];
    const float right = row[std::min(x + 1, last)];
    out[2 * x] = Sigmoid(kNear * row[x] + kFar * left);
    out[2 * x + 1] = Sigmoid(kNear * row[x] + kFar * right);
  }
}

}  // namespace

void SigmoidOfDoubled(const float* logits, int height, int width, float* out) {
  const auto stride = static_cast<std::size_t>(width);
#pragma omp parallel for
  for (int y = 0; y < 2 * height; ++y) {
    const int nearest = y / 2;
    const int other =
        std::clamp(y % 2 == 0 ? nearest - 1 : nearest + 1, 0, height - 1);
    const float* a = logits + stride * nearest;
    const float* b = logits + stride * other;
    std::vector<float> row(stride);
    for (std::size_t x = 0; x < stride; ++x) {
      row[x] = kNear * a[x] + kFar * b[x];
    }
    DoubleRow(row, out + 2 * stride * y);
  }
}

}  // namespace prewarm::fused
