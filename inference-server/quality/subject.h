// What all metrics of this folder compare: two alphas as a customer gets them,
// 8 bits a pixel. `matte` is judged, `truth` judges it. Both have 1 channel,
// the same size and at least one pixel: the caller's duty. All metrics are pure
// and thread-safe, and give a value in [0, 1] without a unit.
#pragma once

#include <cstddef>
#include <cstdint>

#include "inference-server/imaging/image.h"

namespace prewarm::quality {

// Over 0.5, as the server decides whether a scene is empty (imaging/alpha.h).
inline bool IsSubject(std::uint8_t alpha) { return alpha > 127; }

inline std::size_t SubjectPixels(const Bitmap& alpha) {
  std::size_t count = 0;
  for (const std::uint8_t value : alpha.data) count += IsSubject(value) ? 1 : 0;
  return count;
}

}  // namespace prewarm::quality
