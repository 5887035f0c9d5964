#include "inference-server/quality/mae.h"

#include <cassert>
#include <cstdlib>

namespace prewarm::quality {

double MeanAbsoluteError(const Bitmap& matte, const Bitmap& truth) {
  assert(!truth.data.empty() && matte.data.size() == truth.data.size());
  // Whole numbers: the same on every machine.
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < truth.data.size(); ++i) {
    sum += static_cast<unsigned>(std::abs(matte.data[i] - truth.data[i]));
  }
  return static_cast<double>(sum) /
         (255.0 * static_cast<double>(truth.data.size()));
}

}  // namespace prewarm::quality
