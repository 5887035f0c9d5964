// Our masks against onnxruntime's, with the real weights.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "inference-server/engine/torch/fused/graph.h"
#include "tests/unit/engine/vectors.h"

namespace prewarm {
namespace {

using ::testing::HasSubstr;

constexpr double kFp32MaxAbs = 2e-3;
constexpr double kBf16ShareOff = 0.005;

TEST(IsNet, Fp32MasksEqualOnnxRuntimes) {
  PREWARM_NEEDS_STORE();
  auto engine = OpenEngine("fused", Precision::kFp32);
  ASSERT_TRUE(engine.ok()) << engine.error().message;
  EXPECT_EQ(engine.value()->info().precision, "fp32");
  for (const Vector& vector : LoadVectors()) {
    const auto matte = engine.value()->Infer(vector.rgb);
    ASSERT_TRUE(matte.ok()) << matte.error().message;
    EXPECT_LE(Compare(vector, matte.value()).max_abs, kFp32MaxAbs)
        << vector.name;
  }
}

TEST(IsNet, Bf16MasksHardlyDifferFromOnnxRuntimes) {
  PREWARM_NEEDS_STORE();
  if (!fused::Graph::Supports(Precision::kBf16)) {
    GTEST_SKIP() << "this CPU has no kernels for bf16";
  }
  auto engine = OpenEngine("fused", Precision::kBf16);
  ASSERT_TRUE(engine.ok()) << engine.error().message;
  EXPECT_EQ(engine.value()->info().precision, "bf16");
  for (const Vector& vector : LoadVectors()) {
    const auto matte = engine.value()->Infer(vector.rgb);
    ASSERT_TRUE(matte.ok()) << matte.error().message;
    EXPECT_LE(Compare(vector, matte.value()).share_off, kBf16ShareOff)
        << vector.name;
  }
}

// Also run with ONEDNN_MAX_CPU_ISA set (CMakeLists.txt): emulated bf16 would
// take five times as long there, or throw.
TEST(IsNet, AutoIsFp32WhereBf16HasNoKernels) {
  PREWARM_NEEDS_STORE();
  if (fused::Graph::Supports(Precision::kBf16)) {
    GTEST_SKIP() << "this CPU has kernels for bf16";
  }
  for (const Precision wanted : {Precision::kAuto, Precision::kBf16}) {
    auto engine = OpenEngine("auto", wanted);
    ASSERT_TRUE(engine.ok()) << engine.error().message;
    EXPECT_EQ(engine.value()->info().precision, "fp32");
    EXPECT_THAT(engine.value()->info().build, HasSubstr("fused"));
  }
}

TEST(IsNet, EagerAndFusedMasksAreEqual) {
  PREWARM_NEEDS_STORE();
  const std::vector<Vector> vectors = LoadVectors();
  auto fused = OpenEngine("fused", Precision::kFp32);
  ASSERT_TRUE(fused.ok()) << fused.error().message;
  const auto a = fused.value()->Infer(vectors[0].rgb);
  ASSERT_TRUE(a.ok()) << a.error().message;
  fused.value().reset();
  auto eager = OpenEngine("torch", Precision::kFp32);
  ASSERT_TRUE(eager.ok()) << eager.error().message;
  EXPECT_THAT(eager.value()->info().build, HasSubstr("libtorch"));
  const auto b = eager.value()->Infer(vectors[0].rgb);
  ASSERT_TRUE(b.ok()) << b.error().message;
  double worst = 0;
  for (std::size_t i = 0; i < a.value().data.size(); ++i) {
    const double d = std::abs(a.value().data[i] - b.value().data[i]);
    ASSERT_TRUE(std::isfinite(d));
    worst = std::max(worst, d);
  }
  EXPECT_LE(worst, kFp32MaxAbs);
}

TEST(IsNet, SamePictureGivesTheSameBytes) {
  PREWARM_NEEDS_STORE();
  auto engine = OpenEngine("auto", Precision::kAuto);
  ASSERT_TRUE(engine.ok()) << engine.error().message;
  const std::vector<Vector> vectors = LoadVectors();
  const auto first = engine.value()->Infer(vectors[1].rgb);
  ASSERT_TRUE(engine.value()->Infer(vectors[2].rgb).ok());
  const auto again = engine.value()->Infer(vectors[1].rgb);
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(std::memcmp(first.value().data.data(), again.value().data.data(),
                        first.value().data.size() * sizeof(float)),
            0);
}

}  // namespace
}  // namespace prewarm
