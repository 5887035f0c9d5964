// The subject's own colours at a soft edge, where the picture shows a mixture
// with the old background: cut out as they are, they make a halo on the new
// one. Pure, thread-safe.
//
// Blur fusion, M. Forte, "Approximate Fast Foreground Colour Estimation",
// ICIP 2021: F' = mean of alpha * I over mean of alpha, B' likewise with
// 1 - alpha, F = F' + alpha * (I - alpha F' - (1 - alpha) B'); once over a
// wide window and once over a narrow one. Two things differ. The wide F' and B'
// are the pair that explains I = alpha F + (1 - alpha) B best in the window
// (least squares): plain means of a wide soft edge carry the old background in
// them. They come from a grid of at most 128 cells a side, and the narrow means
// from running sums around soft pixels, so that the time per pixel has a bound
// whatever the matte is.
#pragma once

#include "inference-server/imaging/image.h"

namespace prewarm {

// Replaces the colours of those pixels of `rgba` whose alpha is 1..254, from
// `rgb` and `alpha` (1 channel). All are of one size.
void EstimateForeground(const Bitmap& rgb, const Bitmap& alpha, Bitmap* rgba);

}  // namespace prewarm
