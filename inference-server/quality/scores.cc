#include "inference-server/quality/scores.h"

#include "inference-server/quality/boundary_f.h"
#include "inference-server/quality/iou.h"
#include "inference-server/quality/mae.h"
#include "inference-server/quality/max_f.h"
#include "inference-server/quality/s_measure.h"

namespace prewarm::quality {

Scores Score(const Bitmap& matte, const Bitmap& truth) {
  Scores scores;
  scores.mae = MeanAbsoluteError(matte, truth);
  scores.iou = IntersectionOverUnion(matte, truth);
  scores.boundary_f = BoundaryF(matte, truth);
  scores.max_f = MaxF(matte, truth);
  scores.s_measure = SMeasure(matte, truth);
  return scores;
}

}  // namespace prewarm::quality
