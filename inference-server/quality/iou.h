// Intersection over union of the two subjects (Jaccard's index; J of DAVIS,
// Perazzi et al., CVPR 2016), both cut at 0.5: is the right thing cut out?
#pragma once

#include "inference-server/imaging/image.h"

namespace prewarm::quality {

// 1 for equal subjects, 0 for subjects without a common pixel. Where neither
// has a subject they agree: 1. Where only one has one: 0.
double IntersectionOverUnion(const Bitmap& matte, const Bitmap& truth);

}  // namespace prewarm::quality
