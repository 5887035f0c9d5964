// The part of a picture that is kept. Pure, thread-safe.
#pragma once

#include "inference-server/imaging/image.h"

namespace prewarm {

struct Box {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

// Alpha from here on counts as subject: a tenth, below which networks leave a
// haze that would stretch the box over the whole picture.
constexpr int kSubjectAlpha = 26;

// The smallest box around the subject in `alpha` (1 channel), widened on all
// sides by `margin` (0..1) of its longer side, within the picture. The whole
// picture if there is no subject.
Box SubjectBox(const Bitmap& alpha, double margin);

// Precondition: the box lies in the picture.
Bitmap Crop(const Bitmap& bitmap, const Box& box);

}  // namespace prewarm
