// Boundary F-measure (F of DAVIS: Perazzi et al., "A Benchmark Dataset and
// Evaluation Methodology for Video Object Segmentation", CVPR 2016): does the
// outline run where it should? Both alphas are cut at 0.5; precision is the
// share of the matte's boundary within the tolerance of the truth's, recall the
// share of the truth's within the tolerance of the matte's. Where the paper
// solves an assignment, its own evaluation code and this one widen the other
// boundary by a disc: a pixel may be matched twice.
#pragma once

#include "inference-server/imaging/image.h"

namespace prewarm::quality {

// Pixels of tolerance: 0.75 % of the picture's diagonal, rounded up.
int BoundaryTolerance(int width, int height);

// 2PR / (P + R). 1 where neither has a boundary, 0 where only one has. A
// subject that is empty and one that fills the picture have none alike: this
// metric can't tell them apart, the others can.
double BoundaryF(const Bitmap& matte, const Bitmap& truth);

}  // namespace prewarm::quality
