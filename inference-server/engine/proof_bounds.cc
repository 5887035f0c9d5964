#include "inference-server/engine/proof_bounds.h"

namespace prewarm {
namespace {

constexpr ProofBounds kIsNetHalf = {0.0002, 0.0005, 0.0035};
// Its sums over all pixels magnify rounding, that of another BLAS as well.
constexpr ProofBounds kInspyrenet = {0.0005, 0.02, 0.01};
constexpr ProofBounds kInspyrenetHalf = {0.05, 1, 0.3};

}  // namespace

ProofBounds BoundsOf(const std::string& architecture, Precision precision) {
  const bool exact = precision == Precision::kFp32;
  if (architecture == "isnet") return exact ? ProofBounds() : kIsNetHalf;
  return exact ? kInspyrenet : kInspyrenetHalf;
}

}  // namespace prewarm
