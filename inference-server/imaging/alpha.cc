#include "inference-server/imaging/alpha.h"

#include <vector>

#include "inference-server/imaging/plane_rows.h"
#include "inference-server/imaging/vectorise.h"

namespace prewarm {
namespace {

struct Rule {
  bool cut;
  float threshold;
  bool reverse;
};

// Both comparisons are false for NaN in the order that gives 0.
PREWARM_VECTORISED
void LimitRow(const float* __restrict in, int width, float* __restrict out) {
  for (int x = 0; x < width; ++x) {
    const float positive = in[x] > 0.0F ? in[x] : 0.0F;
    out[x] = positive < 1.0F ? positive : 1.0F;
  }
}

PREWARM_VECTORISED
void MultiplyRow(const std::uint8_t* __restrict alpha, int width,
                 float* __restrict row) {
  for (int x = 0; x < width; ++x) {
    row[x] *= static_cast<float>(alpha[x]) / 255.0F;
  }
}

PREWARM_VECTORISED
void DecideRow(const Rule& rule, int width, float* __restrict row) {
  if (rule.cut) {
    const float threshold = rule.threshold;
    for (int x = 0; x < width; ++x) row[x] = row[x] > threshold ? 1.0F : 0.0F;
  }
  if (rule.reverse) {
    for (int x = 0; x < width; ++x) row[x] = 1.0F - row[x];
  }
}

PREWARM_VECTORISED
void RoundRow(const float* __restrict row, int width,
              std::uint8_t* __restrict out) {
  for (int x = 0; x < width; ++x) {
    // Not lround, which stays scalar; nothing here is negative.
    // NOLINTNEXTLINE(bugprone-incorrect-roundings)
    const int rounded = static_cast<int>(row[x] * 255.0F + 0.5F);
    out[x] = static_cast<std::uint8_t>(rounded);
  }
}

PREWARM_VECTORISED
bool AnySoft(const std::uint8_t* row, int width) {
  int soft = 0;
  for (int x = 0; x < width; ++x) {
    soft |= static_cast<std::uint8_t>(row[x] + 1) > 1 ? 1 : 0;
  }
  return soft != 0;
}

}  // namespace

AlphaPlane MakeAlpha(int width, int height,
                     const std::optional<Bitmap>& input_alpha,
                     const Plane& matte, const ComposeOptions& options) {
  const Rule rule = {options.threshold.has_value(),
                     static_cast<float>(options.threshold.value_or(0)),
                     options.reverse};
  AlphaPlane result;
  result.alpha = MakeBitmap(width, height, 1);
  PlaneRows rows(matte, width, height, options.align_corners);
  std::vector<float> row(width);
  std::vector<float> seen(width);
  for (int y = 0; y < height; ++y) {
    LimitRow(rows.Row(y), width, row.data());
    // For an empty scene the first pixel decides.
    if (options.measure || result.subject.empty()) {
      seen = row;
      if (input_alpha) MultiplyRow(input_alpha->row(y), width, seen.data());
      result.subject.AddRow(seen.data(), width, y);
    }
    DecideRow(rule, width, row.data());
    if (input_alpha) MultiplyRow(input_alpha->row(y), width, row.data());
    RoundRow(row.data(), width, result.alpha.row(y));
    result.soft = result.soft || AnySoft(result.alpha.row(y), width);
  }
  return result;
}

}  // namespace prewarm
