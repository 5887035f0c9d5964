#include "inference-server/imaging/blur.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "inference-server/imaging/vectorise.h"

namespace prewarm {
namespace {

constexpr double kSigma = 15;
constexpr int kShrink = 4;
constexpr int kShrinkFrom = 64;

struct FloatPicture {
  int width;
  int height;
  std::vector<float> data;  // RGB
  std::size_t stride() const { return static_cast<std::size_t>(width) * 3; }
  float* row(int y) { return data.data() + stride() * y; }
};

// Averages of factor x factor pixels; cells at the right and lower border may
// have fewer.
FloatPicture Shrink(const Bitmap& rgb, int factor) {
  FloatPicture small{(rgb.width + factor - 1) / factor,
                     (rgb.height + factor - 1) / factor,
                     {}};
  small.data.resize(small.stride() * small.height);
  std::vector<int> sums(small.stride());
  for (int y = 0; y < small.height; ++y) {
    std::fill(sums.begin(), sums.end(), 0);
    const int end_y = std::min(rgb.height, (y + 1) * factor);
    for (int in_y = y * factor; in_y < end_y; ++in_y) {
      const std::uint8_t* in = rgb.row(in_y);
      for (int x = 0; x < rgb.width; ++x, in += 3) {
        int* cell = sums.data() + std::ptrdiff_t{x / factor} * 3;
        for (int c = 0; c < 3; ++c) cell[c] += in[c];
      }
    }
    float* out = small.row(y);
    for (int x = 0; x < small.width; ++x) {
      const int columns = std::min(factor, rgb.width - x * factor);
      const float share =
          1.0F / static_cast<float>(columns * (end_y - y * factor));
      for (int c = x * 3; c < x * 3 + 3; ++c) {
        out[c] = static_cast<float>(sums[c]) * share;
      }
    }
  }
  return small;
}

std::vector<float> Kernel(double sigma) {
  const int radius = static_cast<int>(std::ceil(3 * sigma));
  std::vector<float> kernel(static_cast<std::size_t>(radius) * 2 + 1);
  double total = 0;
  for (int i = -radius; i <= radius; ++i) {
    total += std::exp(-i * i / (2 * sigma * sigma));
  }
  for (int i = -radius; i <= radius; ++i) {
    kernel[i + radius] =
        static_cast<float>(std::exp(-i * i / (2 * sigma * sigma)) / total);
  }
  return kernel;
}

// Mirrored without repeating the border, as often as the kernel needs it.
int Mirror(int i, int size) {
  if (size == 1) return 0;
  const int period = 2 * (size - 1);
  i = ((i % period) + period) % period;
  return i < size ? i : period - i;
}

PREWARM_VECTORISED
void AddScaled(const float* __restrict in, float weight, std::size_t size,
               float* __restrict out) {
  for (std::size_t i = 0; i < size; ++i) out[i] += weight * in[i];
}

void BlurRows(const std::vector<float>& kernel, FloatPicture* picture) {
  const int radius = static_cast<int>(kernel.size() / 2);
  std::vector<float> padded((picture->width + 2 * radius) * std::size_t{3});
  for (int y = 0; y < picture->height; ++y) {
    float* row = picture->row(y);
    for (int x = -radius; x < picture->width + radius; ++x) {
      const float* from = row + std::ptrdiff_t{Mirror(x, picture->width)} * 3;
      std::copy(from, from + 3,
                padded.data() + (x + radius) * std::ptrdiff_t{3});
    }
    std::fill(row, row + picture->stride(), 0.0F);
    for (std::size_t t = 0; t < kernel.size(); ++t) {
      AddScaled(padded.data() + t * 3, kernel[t], picture->stride(), row);
    }
  }
}

void BlurColumns(const std::vector<float>& kernel, FloatPicture* picture) {
  const int radius = static_cast<int>(kernel.size() / 2);
  FloatPicture result{picture->width, picture->height, {}};
  result.data.resize(picture->data.size());
  for (int y = 0; y < picture->height; ++y) {
    for (int t = -radius; t <= radius; ++t) {
      AddScaled(picture->row(Mirror(y + t, picture->height)),
                kernel[t + radius], picture->stride(), result.row(y));
    }
  }
  *picture = std::move(result);
}

PREWARM_VECTORISED
void Mix(const float* __restrict low, const float* __restrict high, float share,
         std::size_t size, float* __restrict out) {
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = low[i] + (high[i] - low[i]) * share;
  }
}

// Where pixel i of the large picture lies between the cells of the small one.
struct Between {
  Between(int i, int factor, int size) {
    const float position = std::clamp(
        (static_cast<float>(i) + 0.5F) / static_cast<float>(factor) - 0.5F,
        0.0F, static_cast<float>(size - 1));
    low = static_cast<int>(position);
    high = std::min(low + 1, size - 1);
    share = position - static_cast<float>(low);
  }
  int low;
  int high;
  float share;
};

Bitmap Enlarge(FloatPicture* small, int factor, int width, int height) {
  std::vector<Between> columns;
  columns.reserve(width);
  for (int x = 0; x < width; ++x) columns.emplace_back(x, factor, small->width);
  std::vector<float> narrow(small->stride());
  std::vector<std::uint8_t> row(static_cast<std::size_t>(width) * 3);
  Bitmap result{width, height, 3, {}};
  result.data.reserve(row.size() * height);
  for (int y = 0; y < height; ++y) {
    const Between lines(y, factor, small->height);
    Mix(small->row(lines.low), small->row(lines.high), lines.share,
        narrow.size(), narrow.data());
    std::uint8_t* out = row.data();
    for (const Between& column : columns) {
      const float* low = narrow.data() + std::ptrdiff_t{column.low} * 3;
      const float* high = narrow.data() + std::ptrdiff_t{column.high} * 3;
      for (int c = 0; c < 3; ++c) {
        const float value = low[c] + (high[c] - low[c]) * column.share;
        // Not lround, which is slow; nothing here is negative.
        // NOLINTNEXTLINE(bugprone-incorrect-roundings)
        const int rounded = static_cast<int>(value + 0.5F);
        *out++ = static_cast<std::uint8_t>(rounded);
      }
    }
    result.data.insert(result.data.end(), row.begin(), row.end());
  }
  return result;
}

}  // namespace

Bitmap GaussianBlur15(const Bitmap& rgb) {
  const int factor =
      std::min(rgb.width, rgb.height) > kShrinkFrom ? kShrink : 1;
  // Variances add: a box of n pixels has (n^2 - 1) / 12, a triangle over 2n
  // pixels n^2 / 6.
  const double squared = factor * factor;
  const double added = factor > 1 ? (squared - 1) / 12 + squared / 6 : 0;
  const std::vector<float> kernel =
      Kernel(std::sqrt((kSigma * kSigma - added) / squared));
  FloatPicture small = Shrink(rgb, factor);
  BlurRows(kernel, &small);
  BlurColumns(kernel, &small);
  return Enlarge(&small, factor, rgb.width, rgb.height);
}

}  // namespace prewarm
