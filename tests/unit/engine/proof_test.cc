// What the canary alone finds where no checksum looks: the real network with
// one layer's prepared weights damaged, its matte against the reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/store/model_store.h"
#include "inference-server/engine/canary.h"
#include "inference-server/engine/reference.h"
#include "inference-server/warmup/canary.h"
#include "tests/unit/engine/vectors.h"

namespace prewarm {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Damage = std::function<void(Bytes*)>;

// bf16: the upper half of a float, low byte first.
void ForEachValue(Bytes* bytes,
                  const std::function<std::uint16_t(std::uint16_t)>& change) {
  for (std::size_t i = 0; i + 1 < bytes->size(); i += 2) {
    const auto value =
        static_cast<std::uint16_t>((*bytes)[i] | (*bytes)[i + 1] << 8);
    const std::uint16_t changed = change(value);
    (*bytes)[i] = static_cast<std::uint8_t>(changed);
    (*bytes)[i + 1] = static_cast<std::uint8_t>(changed >> 8);
  }
}

void Zero(Bytes* bytes) { std::fill(bytes->begin(), bytes->end(), 0); }
void Negate(Bytes* bytes) {
  ForEachValue(bytes, [](std::uint16_t v) { return v ^ 0x8000U; });
}
void Double(Bytes* bytes) {
  ForEachValue(bytes, [](std::uint16_t v) {
    return (v & 0x7f80U) != 0 ? v + 0x80U : v;
  });
}
class Proof : public ::testing::Test {
 protected:
  // One for all tests: preparing takes longer than an inference.
  static void SetUpTestSuite() {
    const char* store = std::getenv("PREWARM_TEST_STORE");
    if (store == nullptr) return;
    auto model = ModelStore(store).Find("isnet");
    ASSERT_TRUE(model.ok()) << model.error().message;
    auto reference = ReadReference(*model, Env::System());
    ASSERT_TRUE(reference.ok()) << reference.error().message;
    reference_ = new Plane(std::move(reference.value().matte));
    auto engine = OpenEngine("fused", Precision::kBf16);
    ASSERT_TRUE(engine.ok()) << engine.error().message;
    engine_ = engine.value().release();
  }
  static void TearDownTestSuite() {
    delete std::exchange(engine_, nullptr);
    delete std::exchange(reference_, nullptr);
  }
  void SetUp() override {
    PREWARM_NEEDS_STORE();
    ASSERT_NE(engine_, nullptr);
    if (engine_->info().precision != "bf16") {
      GTEST_SKIP() << "this CPU has no bf16 kernels";
    }
  }

  static Verification Prove(const PreparedTensors& tensors) {
    const auto engine = OpenEngine("fused", Precision::kBf16, &tensors);
    EXPECT_TRUE(engine.ok()) << engine.error().message;
    const auto matte = engine.value()->Infer(
        MakeCanary(reference_->width, reference_->height));
    // The engine itself refuses what is not finite: never a matte.
    if (!matte.ok()) return Verification{};
    return CompareToReference(matte.value(), *reference_,
                              BoundsOf("isnet", Precision::kBf16));
  }

  static PreparedTensors::iterator Weights(PreparedTensors* tensors,
                                           const std::string& layer) {
    return tensors->lower_bound(layer + ".weight ");
  }

  static bool Finds(const std::string& layer, const Damage& damage) {
    PreparedTensors tensors = engine_->PreparedState();
    TensorView& view = Weights(&tensors, layer)->second;
    Bytes damaged(view.data, view.data + view.bytes);
    damage(&damaged);
    view.data = damaged.data();
    return !Prove(tensors).passed;
  }

  static Plane* reference_;
  static Engine* engine_;
};
Plane* Proof::reference_ = nullptr;
Engine* Proof::engine_ = nullptr;

// The way in and out, and those that matter least.
const char* const kLayers[] = {"conv_in",
                               "stage1.rebnconv7.conv_s1",
                               "stage2.rebnconv6.conv_s1",
                               "stage3.rebnconv5.conv_s1",
                               "stage5.rebnconv3.conv_s1",
                               "side1"};

TEST_F(Proof, IntactWeightsPass) {
  const Verification verified = Prove(engine_->PreparedState());
  EXPECT_TRUE(verified.passed) << verified.max_abs_error;
}

TEST_F(Proof, ZeroedLayerFails) {
  for (const char* layer : kLayers) EXPECT_TRUE(Finds(layer, Zero)) << layer;
}

TEST_F(Proof, LayerOfTheWrongSignFails) {
  for (const char* layer : kLayers) EXPECT_TRUE(Finds(layer, Negate)) << layer;
}

TEST_F(Proof, LayerOfTwiceTheScaleFails) {
  for (const char* layer : kLayers) EXPECT_TRUE(Finds(layer, Double)) << layer;
}

TEST_F(Proof, LayersThatAreMixedUpFail) {
  PreparedTensors tensors = engine_->PreparedState();
  TensorView& one = Weights(&tensors, "stage1.rebnconv2.conv_s1")->second;
  TensorView& other = Weights(&tensors, "stage1.rebnconv3.conv_s1")->second;
  ASSERT_EQ(one.bytes, other.bytes);
  std::swap(one.data, other.data);
  EXPECT_FALSE(Prove(tensors).passed);
}

}  // namespace
}  // namespace prewarm
