#include "inference-server/imaging/crop.h"

#include <algorithm>
#include <cmath>

namespace prewarm {

Box SubjectBox(const Bitmap& alpha, double margin) {
  int left = alpha.width;
  int right = -1;
  int top = alpha.height;
  int bottom = -1;
  for (int y = 0; y < alpha.height; ++y) {
    const std::uint8_t* row = alpha.row(y);
    int first = 0;
    while (first < alpha.width && row[first] < kSubjectAlpha) ++first;
    if (first == alpha.width) continue;
    int last = alpha.width - 1;
    while (row[last] < kSubjectAlpha) --last;
    left = std::min(left, first);
    right = std::max(right, last);
    top = std::min(top, y);
    bottom = y;
  }
  if (right < 0) return Box{0, 0, alpha.width, alpha.height};
  const int longer = std::max(right - left, bottom - top) + 1;
  const int extra = static_cast<int>(std::lround(margin * longer));
  left = std::max(0, left - extra);
  top = std::max(0, top - extra);
  right = std::min(alpha.width - 1, right + extra);
  bottom = std::min(alpha.height - 1, bottom + extra);
  return Box{left, top, right - left + 1, bottom - top + 1};
}

Bitmap Crop(const Bitmap& bitmap, const Box& box) {
  Bitmap part{box.width, box.height, bitmap.channels, {}};
  const std::size_t row_bytes =
      static_cast<std::size_t>(box.width) * bitmap.channels;
  part.data.reserve(row_bytes * box.height);
  for (int y = box.y; y < box.y + box.height; ++y) {
    const std::uint8_t* first =
        bitmap.row(y) + static_cast<std::size_t>(box.x) * bitmap.channels;
    part.data.insert(part.data.end(), first, first + row_bytes);
  }
  return part;
}

}  // namespace prewarm
