#include "inference-server/engine/torch/fused/precision.h"

#include <gtest/gtest.h>

#include <limits>

namespace prewarm::fused {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Precision, WhatIsWantedIsTakenWithoutAskingTheProbe) {
  EXPECT_EQ(ChoosePrecision(Precision::kFp32, true, {9, 1}), Precision::kFp32);
  EXPECT_EQ(ChoosePrecision(Precision::kBf16, true, {1, 9}), Precision::kBf16);
}

TEST(Precision, Bf16WithoutKernelsIsNeverTaken) {
  for (const Precision wanted :
       {Precision::kAuto, Precision::kBf16, Precision::kFp32}) {
    EXPECT_EQ(ChoosePrecision(wanted, false, {9, 1}), Precision::kFp32);
  }
}

TEST(Precision, AutoTakesBf16OnlyWithAMarginOfATenth) {
  EXPECT_EQ(ChoosePrecision(Precision::kAuto, true, {2, 1}), Precision::kBf16);
  EXPECT_EQ(ChoosePrecision(Precision::kAuto, true, {1.05, 1}),
            Precision::kFp32);
  EXPECT_EQ(ChoosePrecision(Precision::kAuto, true, {1, 5}), Precision::kFp32);
}

TEST(Precision, ProbeThatFailedIsInfinitelySlow) {
  EXPECT_EQ(ChoosePrecision(Precision::kAuto, true, {1, kInfinity}),
            Precision::kFp32);
  EXPECT_EQ(ChoosePrecision(Precision::kAuto, true, {kInfinity, 1}),
            Precision::kBf16);
  EXPECT_EQ(ChoosePrecision(Precision::kAuto, true, {kInfinity, kInfinity}),
            Precision::kFp32);
}

TEST(Precision, ProbeMeasuresFp32OnEveryMachine) {
  const PrecisionProbe probe = ProbePrecisions();
  EXPECT_GT(probe.fp32_ms, 0);
  EXPECT_LT(probe.fp32_ms, kInfinity);
}

}  // namespace
}  // namespace prewarm::fused
