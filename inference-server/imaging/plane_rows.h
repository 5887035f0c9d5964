// A float plane stretched to another size, row by row: a matte for a picture
// of 12 megapixels need not exist in full. Not thread-safe.
#pragma once

#include <vector>

#include "inference-server/imaging/image.h"

namespace prewarm {

class PlaneRows {
 public:
  // Bilinear as ResizeBilinear (resample.h). `source` must outlive this and
  // not be empty; width and height are positive.
  PlaneRows(const Plane& source, int width, int height, bool align_corners);

  // `width` values of target row y, valid until the next call. Fast when y
  // does not fall.
  const float* Row(int y);

 private:
  // A target position lies between source[low] and source[high].
  struct Tap {
    int low;
    int high;
    float low_weight;
    float high_weight;
  };
  static std::vector<Tap> MakeTaps(int in_size, int out_size,
                                   bool align_corners);
  const float* Widened(int source_y);

  const Plane& source_;
  std::vector<Tap> columns_;
  std::vector<Tap> rows_;
  // The two source rows last used, stretched along x; -1: none yet.
  std::vector<float> widened_[2];
  int widened_y_[2] = {-1, -1};
  std::vector<float> row_;
};

}  // namespace prewarm
