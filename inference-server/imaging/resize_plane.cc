#include <algorithm>

#include "inference-server/imaging/plane_rows.h"
#include "inference-server/imaging/resample.h"
#include "inference-server/imaging/vectorise.h"

namespace prewarm {
namespace {

PREWARM_VECTORISED
void MixRows(const float* __restrict low, const float* __restrict high,
             float low_weight, float high_weight, std::size_t size,
             float* __restrict out) {
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = low_weight * low[i] + high_weight * high[i];
  }
}

}  // namespace

// As ATen's area_pixel_compute_scale and compute_source_index_and_lambda, in
// float as there: at the last bit double would choose other neighbours.
std::vector<PlaneRows::Tap> PlaneRows::MakeTaps(int in_size, int out_size,
                                                bool align_corners) {
  float scale = static_cast<float>(in_size) / static_cast<float>(out_size);
  if (align_corners) {
    scale = out_size > 1 ? static_cast<float>(in_size - 1) /
                               static_cast<float>(out_size - 1)
                         : 0.0F;
  }
  std::vector<Tap> taps(out_size);
  for (int i = 0; i < out_size; ++i) {
    const float position =
        align_corners
            ? scale * static_cast<float>(i)
            : std::max(0.0F, scale * (static_cast<float>(i) + 0.5F) - 0.5F);
    Tap& tap = taps[i];
    tap.low = std::min(static_cast<int>(position), in_size - 1);
    tap.high = std::min(tap.low + 1, in_size - 1);
    tap.high_weight =
        std::clamp(position - static_cast<float>(tap.low), 0.0F, 1.0F);
    tap.low_weight = 1.0F - tap.high_weight;
  }
  return taps;
}

PlaneRows::PlaneRows(const Plane& source, int width, int height,
                     bool align_corners)
    : source_(source),
      columns_(MakeTaps(source.width, width, align_corners)),
      rows_(MakeTaps(source.height, height, align_corners)),
      row_(width) {
  for (std::vector<float>& row : widened_) row.resize(width);
}

const float* PlaneRows::Widened(int source_y) {
  const int slot = source_y & 1;  // neighbours never share a slot
  std::vector<float>& row = widened_[slot];
  if (widened_y_[slot] != source_y) {
    const float* in = source_.row(source_y);
    for (std::size_t x = 0; x < columns_.size(); ++x) {
      const Tap& tap = columns_[x];
      row[x] = tap.low_weight * in[tap.low] + tap.high_weight * in[tap.high];
    }
    widened_y_[slot] = source_y;
  }
  return row.data();
}

const float* PlaneRows::Row(int y) {
  const Tap& tap = rows_[y];
  const float* low = Widened(tap.low);
  const float* high = Widened(tap.high);
  MixRows(low, high, tap.low_weight, tap.high_weight, row_.size(), row_.data());
  return row_.data();
}

Plane ResizeBilinear(const Plane& source, int width, int height,
                     bool align_corners) {
  if (width <= 0 || height <= 0 || source.width <= 0 || source.height <= 0) {
    return Plane{};
  }
  if (width == source.width && height == source.height) return source;
  PlaneRows rows(source, width, height, align_corners);
  Plane target{width, height, {}};
  target.data.reserve(static_cast<std::size_t>(width) * height);
  for (int y = 0; y < height; ++y) {
    const float* row = rows.Row(y);
    target.data.insert(target.data.end(), row, row + width);
  }
  return target;
}

}  // namespace prewarm
