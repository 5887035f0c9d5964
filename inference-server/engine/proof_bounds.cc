#include "inference-server/engine/proof_bounds.h"

namespace prewarm {
namespace {

constexpr ProofBounds kIsNetHalf = {0.0002, 0.0005, 0.0035};
// Of weights by formula, whose sums over all pixels magnify rounding.
constexpr ProofBounds kInspyrenet = {0.00002, 0.001, 0.0005};
constexpr ProofBounds kInspyrenetFp16 = {0.007, 0.05, 0.025};
// Three bits less, and in some layers eight bits.
constexpr ProofBounds kInspyrenetBf16 = {0.03, 1, 0.25};

}  // namespace

ProofBounds BoundsOf(const std::string& architecture, Precision precision) {
  if (architecture == "isnet") {
    return precision == Precision::kFp32 ? ProofBounds() : kIsNetHalf;
  }
  switch (precision) {
    case Precision::kFp32:
      return kInspyrenet;
    case Precision::kFp16:
      return kInspyrenetFp16;
    default:
      return kInspyrenetBf16;
  }
}

}  // namespace prewarm
