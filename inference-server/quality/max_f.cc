#include "inference-server/quality/max_f.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "inference-server/quality/subject.h"

namespace prewarm::quality {

double MaxF(const Bitmap& matte, const Bitmap& truth) {
  assert(!truth.data.empty() && matte.data.size() == truth.data.size());
  constexpr double kBetaSquared = 0.3;
  // How many pixels of each alpha are the truth's subject, and how many aren't.
  std::array<std::size_t, 256> right{};
  std::array<std::size_t, 256> wrong{};
  for (std::size_t i = 0; i < truth.data.size(); ++i) {
    ++(IsSubject(truth.data[i]) ? right : wrong)[matte.data[i]];
  }
  const std::size_t subject = SubjectPixels(truth);
  if (subject == 0) return SubjectPixels(matte) == 0 ? 1 : 0;

  double best = 0;
  double hits = 0;
  double chosen = 0;
  for (std::size_t threshold = 256; threshold-- > 0;) {
    hits += static_cast<double>(right[threshold]);
    chosen += static_cast<double>(right[threshold] + wrong[threshold]);
    if (hits == 0) continue;
    const double precision = hits / chosen;
    const double recall = hits / static_cast<double>(subject);
    best = std::max(best, (1 + kBetaSquared) * precision * recall /
                              (kBetaSquared * precision + recall));
  }
  return best;
}

}  // namespace prewarm::quality
