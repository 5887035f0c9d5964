#include <gtest/gtest.h>

#include "inference-server/engine/precision.h"
#include "inference-server/engine/proof_bounds.h"

namespace prewarm {
namespace {

TEST(PrecisionName, IsReadBack) {
  for (const Precision precision :
       {Precision::kAuto, Precision::kFp32, Precision::kBf16, Precision::kFp16,
        Precision::kInt8}) {
    EXPECT_EQ(ParsePrecision(PrecisionName(precision)), precision);
  }
}

TEST(PrecisionName, UnknownOnesAreNone) {
  for (const char* name : {"", "FP32", "fp8", "half", "fp32 "}) {
    EXPECT_FALSE(ParsePrecision(name).has_value()) << name;
  }
}

TEST(ProofBounds, OfFp32AreTheNarrowest) {
  for (const char* network : {"isnet", "inspyrenet-base", "inspyrenet-fast"}) {
    const ProofBounds exact = BoundsOf(network, Precision::kFp32);
    for (const Precision precision :
         {Precision::kBf16, Precision::kFp16, Precision::kInt8}) {
      const ProofBounds half = BoundsOf(network, precision);
      EXPECT_LT(exact.mean, half.mean);
      EXPECT_LT(exact.share_off, half.share_off);
      EXPECT_LT(exact.p999, half.p999);
    }
  }
}

}  // namespace
}  // namespace prewarm
