#include "inference-server/imaging/foreground.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "inference-server/imaging/foreground_grid.h"
#include "inference-server/imaging/vectorise.h"

namespace prewarm {
namespace {

// The narrow window reaches 3 pixels far at 1024 pixels, and more in larger
// pictures, whose edges are as much wider.
int NarrowRadius(const Bitmap& rgb) {
  return std::max(3, std::max(rgb.width, rgb.height) * 3 / 1024);
}

bool IsSoft(std::uint8_t alpha) { return alpha != 0 && alpha != 255; }

// The last formula of blur fusion, for one sample.
float Fuse(float subject, float background, float alpha, float sample) {
  const float rest = sample - alpha * subject - (1 - alpha) * background;
  return std::clamp(subject + alpha * rest, 0.0F, 255.0F);
}

std::uint8_t ToByte(float value) {
  // Not lround, which is slow; nothing here is negative.
  // NOLINTNEXTLINE(bugprone-incorrect-roundings)
  const int rounded = static_cast<int>(value + 0.5F);
  return static_cast<std::uint8_t>(rounded);
}

PREWARM_VECTORISED
void AddRow(const std::uint16_t* __restrict row, std::size_t size,
            std::uint32_t* __restrict sums) {
  for (std::size_t i = 0; i < size; ++i) sums[i] += row[i];
}

PREWARM_VECTORISED
void SubtractRow(const std::uint16_t* __restrict row, std::size_t size,
                 std::uint32_t* __restrict sums) {
  for (std::size_t i = 0; i < size; ++i) sums[i] -= row[i];
}

// Sums of alpha * F and alpha over the rows around the current one, for each
// column: four numbers a pixel.
class ColumnSums {
 public:
  ColumnSums(const Bitmap& rgb, const Bitmap& alpha, const ForegroundGrid& grid,
             int radius)
      : rgb_(rgb),
        alpha_(alpha),
        grid_(grid),
        radius_(radius),
        stride_(static_cast<std::size_t>(rgb.width) * 4),
        ring_(stride_ * (2 * static_cast<std::size_t>(radius) + 1)),
        sums_(stride_) {}

  // Rows y - radius .. y + radius, as far as there are; y must not fall.
  const std::uint32_t* Around(int y) {
    // A gap without soft pixels is jumped over.
    if (y - radius_ > next_) {
      std::fill(sums_.begin(), sums_.end(), 0);
      first_ = next_ = y - radius_;
    }
    for (; first_ < y - radius_; ++first_) {
      SubtractRow(Slot(first_), stride_, sums_.data());
    }
    const int end = std::min(rgb_.height, y + radius_ + 1);
    for (; next_ < end; ++next_) {
      Fill(next_, Slot(next_));
      AddRow(Slot(next_), stride_, sums_.data());
    }
    return sums_.data();
  }

 private:
  std::uint16_t* Slot(int y) {
    return ring_.data() + stride_ * (y % (2 * radius_ + 1));
  }

  void Fill(int y, std::uint16_t* out) const {
    const std::uint8_t* pixel = rgb_.row(y);
    const std::uint8_t* matte = alpha_.row(y);
    for (int x = 0; x < rgb_.width; ++x, pixel += 3, out += 4) {
      const std::uint8_t a = matte[x];
      std::array<std::uint8_t, 3> color = {pixel[0], pixel[1], pixel[2]};
      if (IsSoft(a)) {
        const ForegroundGrid::Colors wide = grid_.At(x, y);
        for (std::size_t c = 0; c < 3; ++c) {
          color[c] = ToByte(Fuse(wide.subject[c], wide.background[c],
                                 static_cast<float>(a) / 255, pixel[c]));
        }
      }
      for (int c = 0; c < 3; ++c) {
        out[c] = static_cast<std::uint16_t>(color[c] * a);
      }
      out[3] = a;
    }
  }

  const Bitmap& rgb_;
  const Bitmap& alpha_;
  const ForegroundGrid& grid_;
  const int radius_;
  const std::size_t stride_;
  std::vector<std::uint16_t> ring_;
  std::vector<std::uint32_t> sums_;
  int first_ = 0;  // rows first_ .. next_ - 1 are in the sums
  int next_ = 0;
};

// The window slides from one soft pixel to the next of its row.
class WindowSums {
 public:
  WindowSums(const std::uint32_t* columns, int width, int radius)
      : columns_(columns), width_(width), radius_(radius) {}

  const std::array<std::uint32_t, 4>& Around(int x) {
    const int begin = std::max(0, x - radius_);
    const int end = std::min(width_, x + radius_ + 1);
    if (begin >= end_) {
      sums_ = {};
      begin_ = end_ = begin;
    }
    for (; begin_ < begin; ++begin_) {
      for (int c = 0; c < 4; ++c) sums_[c] -= columns_[begin_ * 4 + c];
    }
    for (; end_ < end; ++end_) {
      for (int c = 0; c < 4; ++c) sums_[c] += columns_[end_ * 4 + c];
    }
    return sums_;
  }

 private:
  const std::uint32_t* columns_;
  const int width_;
  const int radius_;
  std::array<std::uint32_t, 4> sums_{};
  int begin_ = 0;
  int end_ = 0;
};

}  // namespace

void EstimateForeground(const Bitmap& rgb, const Bitmap& alpha, Bitmap* rgba) {
  const ForegroundGrid grid(rgb, alpha);
  const int radius = NarrowRadius(rgb);
  ColumnSums columns(rgb, alpha, grid, radius);
  for (int y = 0; y < rgb.height; ++y) {
    const std::uint8_t* matte = alpha.row(y);
    if (std::none_of(matte, matte + rgb.width, IsSoft)) continue;
    WindowSums window(columns.Around(y), rgb.width, radius);
    const std::uint8_t* pixels = rgb.row(y);
    std::uint8_t* out = rgba->row(y);
    for (int x = 0; x < rgb.width; ++x) {
      if (!IsSoft(matte[x])) continue;
      const std::array<std::uint32_t, 4>& sums = window.Around(x);
      const ForegroundGrid::Colors wide = grid.At(x, y);
      for (int c = 0; c < 3; ++c) {
        const float subject =
            static_cast<float>(sums[c]) / static_cast<float>(sums[3]);
        out[x * 4 + c] =
            ToByte(Fuse(subject, wide.background[c],
                        static_cast<float>(matte[x]) / 255, pixels[x * 3 + c]));
      }
    }
  }
}

}  // namespace prewarm
