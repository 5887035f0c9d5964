#include "inference-server/imaging/resample.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "inference-server/imaging/resample_avx2.h"
#include "inference-server/imaging/vectorise.h"

namespace prewarm {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Pillow's precompute_coeffs and normalize_coeffs_8bpc for the triangle
// filter over the whole axis; the order of the operations decides the last
// bit, so roundings are by + 0.5 as there.
// NOLINTBEGIN(bugprone-incorrect-roundings)
ResampleAxis MakeAxis(int in_size, int out_size) {
  const double scale = static_cast<double>(in_size) / out_size;
  const double filter_scale = std::max(scale, 1.0);
  const double support = filter_scale;
  const double step = 1.0 / filter_scale;
  ResampleAxis axis;
  axis.taps = static_cast<int>(std::ceil(support)) * 2 + 1;
  axis.weights.resize(static_cast<std::size_t>(out_size) * axis.taps);
  std::vector<double> exact(axis.taps);
  for (int i = 0; i < out_size; ++i) {
    const double center = (i + 0.5) * scale;
    const int first = std::max(0, static_cast<int>(center - support + 0.5));
    const int end = std::min(in_size, static_cast<int>(center + support + 0.5));
    double total = 0;
    for (int t = 0; t < end - first; ++t) {
      const double distance = std::abs((t + first - center + 0.5) * step);
      exact[t] = distance < 1.0 ? 1.0 - distance : 0.0;
      total += exact[t];
    }
    std::int32_t* weights =
        axis.weights.data() + static_cast<std::size_t>(i) * axis.taps;
    for (int t = 0; t < end - first; ++t) {
      if (total != 0.0) exact[t] /= total;
      weights[t] =
          static_cast<std::int32_t>(0.5 + exact[t] * (1 << kResampleBits));
    }
    axis.start.push_back(first);
    axis.count.push_back(end - first);
  }
  return axis;
}
// NOLINTEND(bugprone-incorrect-roundings)

std::uint8_t RoundToByte(std::int32_t sum) {
  return static_cast<std::uint8_t>(std::clamp(sum >> kResampleBits, 0, 255));
}

template <int kChannels>
void ResampleRow(const std::uint8_t* in, const ResampleAxis& axis,
                 std::uint8_t* out) {
  const std::int32_t* weights = axis.weights.data();
  for (std::size_t i = 0; i < axis.start.size(); ++i, weights += axis.taps) {
    const std::uint8_t* pixel = in + std::ptrdiff_t{axis.start[i]} * kChannels;
    std::int32_t sums[kChannels];
    for (std::int32_t& sum : sums) sum = 1 << (kResampleBits - 1);
    for (int t = 0; t < axis.count[i]; ++t, pixel += kChannels) {
      for (int c = 0; c < kChannels; ++c) sums[c] += pixel[c] * weights[t];
    }
    for (int c = 0; c < kChannels; ++c) *out++ = RoundToByte(sums[c]);
  }
}

PREWARM_VECTORISED
void AddScaledRow(const std::uint8_t* __restrict in, std::int32_t weight,
                  std::size_t size, std::int32_t* __restrict sums) {
  for (std::size_t i = 0; i < size; ++i) sums[i] += in[i] * weight;
}

PREWARM_VECTORISED
void RoundRow(const std::int32_t* __restrict sums, std::size_t size,
              std::uint8_t* __restrict out) {
  for (std::size_t i = 0; i < size; ++i) {
    const std::int32_t value = sums[i] >> kResampleBits;
    out[i] = static_cast<std::uint8_t>(value < 0     ? 0
                                       : value > 255 ? 255
                                                     : value);
  }
}

// First pass, one row at a time.
class RowPass {
 public:
  RowPass(const Bitmap& source, int width)
      : source_(source),
        identity_(source.width == width),
        axis_(MakeAxis(source.width, width)),
        avx2_(source.channels == 3 && CanResampleWithAvx2()) {
    if (avx2_) packed_ = PackWeightsForAvx2(axis_);
  }

  // `out` has room for one byte more than the row.
  void Write(int y, std::uint8_t* out) {
    const std::uint8_t* in = source_.row(y);
    const std::size_t row_bytes =
        static_cast<std::size_t>(source_.width) * source_.channels;
    if (identity_) {
      std::memcpy(out, in, row_bytes);
    } else if (avx2_) {
      // Behind an earlier row lie the next rows; not so behind the last ones.
      const std::size_t behind = row_bytes * (source_.height - 1 - y);
      if (behind < kOverread) {
        padded_.assign(row_bytes + kOverread, 0);
        std::memcpy(padded_.data(), in, row_bytes);
        in = padded_.data();
      }
      ResampleRgbRowAvx2(in, axis_, packed_.data(), out);
    } else if (source_.channels == 3) {
      ResampleRow<3>(in, axis_, out);
    } else if (source_.channels == 4) {
      ResampleRow<4>(in, axis_, out);
    } else {
      ResampleRow<1>(in, axis_, out);
    }
  }

 private:
  static constexpr std::size_t kOverread = kResampleOverread;
  const Bitmap& source_;
  const bool identity_;
  const ResampleAxis axis_;
  const bool avx2_;
  std::vector<std::int16_t> packed_;
  Bytes padded_;
};

// Both passes. Rows of the first are kept only while the second needs them,
// which spares writing and reading back the picture between.
Bitmap Resample(const Bitmap& source, int width, int height) {
  RowPass first(source, width);
  const ResampleAxis axis = MakeAxis(source.height, height);
  const std::size_t row_bytes =
      static_cast<std::size_t>(width) * source.channels;
  const std::size_t stride = row_bytes + 1;
  Bytes ring(stride * axis.taps);
  std::vector<std::int32_t> sums(row_bytes);
  Bytes row(row_bytes);

  Bitmap target{width, height, source.channels, {}};
  target.data.reserve(row_bytes * height);  // appended to: not zeroed before
  int done = 0;
  const std::int32_t* weights = axis.weights.data();
  for (int y = 0; y < height; ++y, weights += axis.taps) {
    const int start = axis.start[y];
    for (; done < start + axis.count[y]; ++done) {
      first.Write(done, ring.data() + stride * (done % axis.taps));
    }
    std::fill(sums.begin(), sums.end(), 1 << (kResampleBits - 1));
    for (int t = 0; t < axis.count[y]; ++t) {
      if (weights[t] == 0) continue;
      AddScaledRow(ring.data() + stride * ((start + t) % axis.taps), weights[t],
                   row_bytes, sums.data());
    }
    RoundRow(sums.data(), row_bytes, row.data());
    target.data.insert(target.data.end(), row.begin(), row.end());
  }
  return target;
}

// Pillow's RGBA -> RGBa: colours count as much as they are seen.
void Premultiply(Bitmap* picture) {
  for (std::size_t i = 0; i + 3 < picture->data.size(); i += 4) {
    std::uint8_t* pixel = picture->data.data() + i;
    for (int c = 0; c < 3; ++c) {
      const int product = pixel[c] * pixel[3] + 128;
      pixel[c] = static_cast<std::uint8_t>(((product >> 8) + product) >> 8);
    }
  }
}

void Unpremultiply(Bitmap* picture) {
  for (std::size_t i = 0; i + 3 < picture->data.size(); i += 4) {
    std::uint8_t* pixel = picture->data.data() + i;
    if (pixel[3] == 0 || pixel[3] == 255) continue;
    for (int c = 0; c < 3; ++c) {
      pixel[c] =
          static_cast<std::uint8_t>(std::min(255, 255 * pixel[c] / pixel[3]));
    }
  }
}

}  // namespace

Bitmap ResizeAntialiased(const Bitmap& source, int width, int height) {
  if (width <= 0 || height <= 0 || source.width <= 0 || source.height <= 0) {
    return Bitmap{0, 0, source.channels, {}};
  }
  if (width == source.width && height == source.height) return source;
  if (source.channels != 4) return Resample(source, width, height);
  Bitmap premultiplied = source;
  Premultiply(&premultiplied);
  Bitmap target = Resample(premultiplied, width, height);
  Unpremultiply(&target);
  return target;
}

}  // namespace prewarm
