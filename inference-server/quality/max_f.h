// Maximum F-measure (Achanta et al., "Frequency-tuned Salient Region
// Detection", CVPR 2009): how well the matte would do if it were cut at the
// best of 256 thresholds, precision counting more than recall (beta^2 = 0.3).
// It forgives a matte that is right but pale.
#pragma once

#include "inference-server/imaging/image.h"

namespace prewarm::quality {

// (1 + b) P R / (b P + R) with b = 0.3, at the threshold t in 0..255 (subject:
// alpha >= t) where it is largest; the truth is cut at 0.5. Of one picture: the
// mean over pictures is not the maximum of a mean curve, which papers also call
// so. Alphas are taken as they are, without stretching them to 0..255.
//
// 1 where some threshold gives exactly the truth. A truth without a subject has
// no recall: then 1 if the matte has none over 0.5 either, else 0.
double MaxF(const Bitmap& matte, const Bitmap& truth);

}  // namespace prewarm::quality
