#include "inference-server/warmup/canary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace prewarm {
namespace {

constexpr double kStep = 1.0 / 255;
constexpr double kMinRange = 0.05;

bool Within(const Verification& v, const ProofBounds& bounds) {
  return v.mean_abs_error <= bounds.mean && v.share_off <= bounds.share_off &&
         v.p999 <= bounds.p999;
}

}  // namespace

Verification CompareToReference(const Plane& matte, const Plane& reference,
                                const ProofBounds& bounds) {
  Verification v;
  v.lowest = std::numeric_limits<double>::infinity();
  v.highest = -std::numeric_limits<double>::infinity();
  const std::size_t count = matte.data.size();
  if (count == 0 || matte.width != reference.width ||
      matte.height != reference.height || count != reference.data.size()) {
    return v;
  }
  bool finite = true;
  std::vector<float> errors(count);
  double sum = 0;
  std::size_t off = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double value = matte.data[i];
    const double error = std::abs(value - reference.data[i]);
    // std::max would drop a NaN, so finiteness is asked for by itself.
    finite = finite && std::isfinite(value) && std::isfinite(error);
    errors[i] = static_cast<float>(error);
    sum += error;
    off += error > kStep ? 1 : 0;
    v.max_abs_error = std::max(v.max_abs_error, error);
    v.lowest = std::min(v.lowest, value);
    v.highest = std::max(v.highest, value);
  }
  if (!finite) return v;
  v.mean_abs_error = sum / static_cast<double>(count);
  v.share_off = static_cast<double>(off) / static_cast<double>(count);
  const auto rank =
      errors.begin() + static_cast<std::ptrdiff_t>((count - 1) * 999 / 1000);
  std::nth_element(errors.begin(), rank, errors.end());
  v.p999 = *rank;
  v.passed = v.lowest >= 0 && v.highest <= 1 &&
             v.highest - v.lowest >= kMinRange && Within(v, bounds);
  return v;
}

}  // namespace prewarm
