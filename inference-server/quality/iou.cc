#include "inference-server/quality/iou.h"

#include <cassert>

#include "inference-server/quality/subject.h"

namespace prewarm::quality {

double IntersectionOverUnion(const Bitmap& matte, const Bitmap& truth) {
  assert(!truth.data.empty() && matte.data.size() == truth.data.size());
  std::size_t both = 0;
  std::size_t either = 0;
  for (std::size_t i = 0; i < truth.data.size(); ++i) {
    const bool in_matte = IsSubject(matte.data[i]);
    const bool in_truth = IsSubject(truth.data[i]);
    both += in_matte && in_truth ? 1 : 0;
    either += in_matte || in_truth ? 1 : 0;
  }
  if (either == 0) return 1;
  return static_cast<double>(both) / static_cast<double>(either);
}

}  // namespace prewarm::quality
