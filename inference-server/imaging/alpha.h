// From the network's matte to the alpha of the answer. Pure, thread-safe.
#pragma once

#include <optional>

#include "inference-server/imaging/compose.h"
#include "inference-server/imaging/image.h"
#include "inference-server/imaging/subject.h"

namespace prewarm {

struct AlphaPlane {
  Bitmap alpha;       // 1 channel, of the picture's size
  bool soft = false;  // has values other than 0 and 255
  // Before threshold and reverse; only whether it is empty unless
  // ComposeOptions::measure.
  SubjectMeasure subject;
};

// In this order: the matte is stretched, cut at the threshold, reversed, and
// multiplied with the input's alpha, so that what was transparent stays so.
// What isn't in 0..1 is brought there, NaN to 0. Rounded, not truncated: a
// matte of 1 - 1e-7 is opaque. Preconditions: as checked by Compose.
AlphaPlane MakeAlpha(int width, int height,
                     const std::optional<Bitmap>& input_alpha,
                     const Plane& matte, const ComposeOptions& options);

}  // namespace prewarm
