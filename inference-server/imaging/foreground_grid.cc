#include "inference-server/imaging/foreground_grid.h"

#include <algorithm>
#include <cstdint>

namespace prewarm {
namespace {

constexpr int kCells = 128;  // along the longer side
constexpr int kReach = 45;   // pixels that a window reaches at 1024 or less
constexpr int kSamples = 8;  // read per cell and side, at least where there are

// Of alpha * I, (255 - alpha) * I, alpha, 255 - alpha, alpha^2 and alpha * (255
// - alpha); an alpha here is 0..255.
constexpr std::size_t kSums = 10;
using Sums = std::array<std::uint64_t, kSums>;

// Least squares with mean values: a ridge this high keeps them where the
// window says nothing of one of the two colours.
constexpr double kRidge = 1e-3;

class SumTable {
 public:
  SumTable(int width, int height)
      : width_(width),
        table_((static_cast<std::size_t>(width) + 1) * (height + 1)) {}

  // Cell x, y of the grid lies at x + 1, y + 1.
  Sums& At(int x, int y) {
    return table_[static_cast<std::size_t>(y) * (width_ + 1) + x];
  }

  void Accumulate(int height) {
    for (int y = 1; y <= height; ++y) {
      for (int x = 1; x <= width_; ++x) {
        Sums& here = At(x, y);
        for (std::size_t i = 0; i < here.size(); ++i) {
          here[i] += At(x - 1, y)[i] + At(x, y - 1)[i] - At(x - 1, y - 1)[i];
        }
      }
    }
  }

  Sums Window(int left, int top, int right, int bottom) {
    Sums sums = At(right, bottom);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i] += At(left, top)[i] - At(left, bottom)[i] - At(right, top)[i];
    }
    return sums;
  }

 private:
  int width_;
  std::vector<Sums> table_;
};

void AddPixel(const std::uint8_t* pixel, std::uint32_t alpha,
              std::array<std::uint32_t, kSums>* sums) {
  for (int c = 0; c < 3; ++c) {
    (*sums)[c] += alpha * pixel[c];
    (*sums)[3 + c] += (255 - alpha) * pixel[c];
  }
  (*sums)[6] += alpha;
  (*sums)[7] += 255 - alpha;
  (*sums)[8] += alpha * alpha;
  (*sums)[9] += alpha * (255 - alpha);
}

double Ratio(double sum, double weight, double otherwise) {
  return weight > 0 ? sum / weight : otherwise;
}

// The F and B that explain I = alpha F + (1 - alpha) B best in the window.
ForegroundGrid::Colors Solve(const Sums& sums) {
  std::array<double, kSums> mean{};  // alpha as 0..1, per pixel
  const double pixels = static_cast<double>(sums[6] + sums[7]) / 255;
  for (std::size_t i = 0; i < kSums; ++i) {
    const double unit = i < 8 ? 255.0 : 255.0 * 255.0;
    mean[i] = static_cast<double>(sums[i]) / (unit * pixels);
  }
  const double subject = mean[8] + kRidge;
  const double mixed = mean[9];
  const double ground = 1 - mean[8] - 2 * mean[9] + kRidge;
  const double determinant = subject * ground - mixed * mixed;
  ForegroundGrid::Colors colors{};
  for (std::size_t c = 0; c < 3; ++c) {
    // One of the two may not be there at all: its colour then has no weight,
    // but shall not be an invention.
    const double all = mean[c] + mean[3 + c];
    const double right_subject =
        mean[c] + kRidge * Ratio(mean[c], mean[6], all);
    const double right_ground =
        mean[3 + c] + kRidge * Ratio(mean[3 + c], mean[7], all);
    colors.subject[c] = static_cast<float>(std::clamp(
        (right_subject * ground - right_ground * mixed) / determinant, 0.0,
        255.0));
    colors.background[c] = static_cast<float>(std::clamp(
        (right_ground * subject - right_subject * mixed) / determinant, 0.0,
        255.0));
  }
  return colors;
}

}  // namespace

ForegroundGrid::ForegroundGrid(const Bitmap& rgb, const Bitmap& alpha)
    : cell_((std::max(rgb.width, rgb.height) + kCells - 1) / kCells),
      width_((rgb.width + cell_ - 1) / cell_),
      height_((rgb.height + cell_ - 1) / cell_) {
  const int step = std::max(1, cell_ / kSamples);
  const int reach =
      std::max(1, kReach * std::max(1024, std::max(rgb.width, rgb.height)) /
                      (1024 * cell_));
  SumTable table(width_, height_);
  for (int gy = 0; gy < height_; ++gy) {
    const int end_y = std::min(rgb.height, (gy + 1) * cell_);
    for (int gx = 0; gx < width_; ++gx) {
      const int end_x = std::min(rgb.width, (gx + 1) * cell_);
      std::array<std::uint32_t, kSums> sums{};
      for (int y = gy * cell_; y < end_y; y += step) {
        const std::uint8_t* pixels = rgb.row(y);
        const std::uint8_t* matte = alpha.row(y);
        for (int x = gx * cell_; x < end_x; x += step) {
          AddPixel(pixels + std::ptrdiff_t{x} * 3, matte[x], &sums);
        }
      }
      std::copy(sums.begin(), sums.end(), table.At(gx + 1, gy + 1).begin());
    }
  }
  table.Accumulate(height_);
  cells_.reserve(static_cast<std::size_t>(width_) * height_);
  for (int y = 0; y < height_; ++y) {
    for (int x = 0; x < width_; ++x) {
      cells_.push_back(Solve(table.Window(
          std::max(0, x - reach), std::max(0, y - reach),
          std::min(width_, x + reach + 1), std::min(height_, y + reach + 1))));
    }
  }
}

ForegroundGrid::Colors ForegroundGrid::At(int x, int y) const {
  const float size = static_cast<float>(cell_);
  const float fx = std::clamp((static_cast<float>(x) + 0.5F) / size - 0.5F,
                              0.0F, static_cast<float>(width_ - 1));
  const float fy = std::clamp((static_cast<float>(y) + 0.5F) / size - 0.5F,
                              0.0F, static_cast<float>(height_ - 1));
  const int left = static_cast<int>(fx);
  const int top = static_cast<int>(fy);
  const std::size_t right_step = left + 1 < width_ ? 1 : 0;
  const std::size_t below = top + 1 < height_ ? width_ : 0;
  const float share_x = fx - static_cast<float>(left);
  const float share_y = fy - static_cast<float>(top);
  const Colors* cell =
      cells_.data() + static_cast<std::size_t>(top) * width_ + left;
  const auto mix = [&](const std::array<float, 3> Colors::*color,
                       std::size_t c) {
    const float upper = (cell->*color)[c] * (1 - share_x) +
                        (cell[right_step].*color)[c] * share_x;
    const float lower = (cell[below].*color)[c] * (1 - share_x) +
                        (cell[below + right_step].*color)[c] * share_x;
    return upper * (1 - share_y) + lower * share_y;
  };
  Colors colors{};
  for (std::size_t c = 0; c < 3; ++c) {
    colors.subject[c] = mix(&Colors::subject, c);
    colors.background[c] = mix(&Colors::background, c);
  }
  return colors;
}

}  // namespace prewarm
