// S-measure (Fan et al., "Structure-measure: A New Way to Evaluate Foreground
// Maps", ICCV 2017): structure as people see it, half from the object
// (S_object: subject and background each evenly bright, and apart), half from
// the regions (S_region: four rectangles that meet at the subject's centre,
// compared like SSIM and weighted by area).
#pragma once

#include "inference-server/imaging/image.h"

namespace prewarm::quality {

// The matte as values of 0..1, the truth cut at 0.5; alpha = 0.5; never below
// 0. Spreads are divided by n - 1, and centres rounded, as in the authors'
// code.
//
// A truth without a subject gives 1 - mean(matte), one that fills the picture
// mean(matte). Equal mattes give 1 where they are pure 0 and 255; a soft edge
// costs a little, as the truth is cut.
double SMeasure(const Bitmap& matte, const Bitmap& truth);

}  // namespace prewarm::quality
