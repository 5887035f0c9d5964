// Where the subject is: pixels over a half, of matte * input alpha. Pure.
#pragma once

#include <cstdint>

#include "inference-server/imaging/crop.h"

namespace prewarm {

// Gathered row by row; one thread.
class SubjectMeasure {
 public:
  // Row `y`, which counts up, of a picture of `width`.
  void AddRow(const float* row, int width, int y);

  // Over how many pixels.
  std::int64_t pixels() const { return pixels_; }
  bool empty() const { return pixels_ == 0; }
  // The smallest box around them. Precondition: not empty.
  Box box() const {
    return {left_, top_, right_ - left_ + 1, bottom_ - top_ + 1};
  }

 private:
  std::int64_t pixels_ = 0;
  int left_ = 0;
  int right_ = 0;
  int top_ = 0;
  int bottom_ = 0;
};

}  // namespace prewarm
