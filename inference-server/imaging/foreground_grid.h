// The wide step of foreground.h: the colours of subject and background around
// each place of the picture. Immutable, thread-safe.
#pragma once

#include <array>
#include <vector>

#include "inference-server/imaging/image.h"

namespace prewarm {

class ForegroundGrid {
 public:
  struct Colors {
    std::array<float, 3> subject;
    std::array<float, 3> background;
  };

  ForegroundGrid(const Bitmap& rgb, const Bitmap& alpha);

  // Bilinear between the cells.
  Colors At(int x, int y) const;

 private:
  int cell_;  // pixels a side
  int width_;
  int height_;
  std::vector<Colors> cells_;
};

}  // namespace prewarm
