// What an engine prepared once serves the next one where it lies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "inference-server/engine/isnet/table.h"
#include "inference-server/engine/loader.h"
#include "tests/unit/engine/vectors.h"
#include "tests/unit/engine/weights_file.h"

namespace prewarm {
namespace {

using ::testing::HasSubstr;

class Prepared : public ::testing::TestWithParam<Precision> {};

TEST_P(Prepared, StateGivesTheSameMatteToTheLastBit) {
  PREWARM_NEEDS_STORE();
  auto first = OpenEngine("fused", GetParam());
  ASSERT_TRUE(first.ok()) << first.error().message;
  const PreparedTensors state = first.value()->PreparedState();
  EXPECT_EQ(state.size(), 2 * isnet::Convolutions().size());
  auto second = OpenEngine("fused", GetParam(), &state);
  ASSERT_TRUE(second.ok()) << second.error().message;
  const Vector photo = LoadVectors().front();
  const auto expected = first.value()->Infer(photo.rgb);
  const auto matte = second.value()->Infer(photo.rgb);
  ASSERT_TRUE(expected.ok() && matte.ok());
  EXPECT_EQ(matte.value().data, expected.value().data);
}

TEST_P(Prepared, EngineOverAStateHasNothingMoreToKeep) {
  PREWARM_NEEDS_STORE();
  auto first = OpenEngine("fused", GetParam());
  ASSERT_TRUE(first.ok()) << first.error().message;
  const PreparedTensors state = first.value()->PreparedState();
  auto second = OpenEngine("fused", GetParam(), &state);
  ASSERT_TRUE(second.ok()) << second.error().message;
  EXPECT_TRUE(second.value()->PreparedState().empty());
}

INSTANTIATE_TEST_SUITE_P(Precisions, Prepared,
                         ::testing::Values(Precision::kFp32, Precision::kBf16),
                         [](const auto& info) {
                           return info.param == Precision::kFp32 ? "fp32"
                                                                 : "bf16";
                         });

class StaleState : public ::testing::Test {
 protected:
  StaleState() {
    auto factory = LoadEngineFactory("fused");
    EXPECT_TRUE(factory.ok()) << factory.error().message;
    factory_ = factory.value();
    options_.weights = isnet::MapWeightsFile("stale", [](auto*) {});
    options_.architecture = "isnet";
    options_.precision = Precision::kFp32;
    auto engine = factory_->Create(options_);
    EXPECT_TRUE(engine.ok()) << engine.error().message;
    engine_ = std::move(engine).value();
    state_ = engine_->PreparedState();
    options_.prepared = &state_;
  }
  void ExpectRefused() {
    const auto engine = factory_->Create(options_);
    ASSERT_FALSE(engine.ok());
    EXPECT_EQ(engine.error().code, ErrorCode::kCorrupt);
    EXPECT_THAT(engine.error().message, HasSubstr("prepared state"));
  }

  EngineFactory* factory_ = nullptr;
  EngineOptions options_;
  std::unique_ptr<Engine> engine_;
  PreparedTensors state_;
};

TEST_F(StaleState, OfAnotherLayoutIsRefused) {
  auto node = state_.extract(state_.begin());
  node.key() += " of another oneDNN";
  state_.insert(std::move(node));
  ExpectRefused();
}

TEST_F(StaleState, WithATensorTooShortIsRefused) {
  state_.begin()->second.bytes -= 1;
  ExpectRefused();
}

TEST_F(StaleState, WithoutATensorIsRefused) {
  state_.erase(std::prev(state_.end()));
  ExpectRefused();
}

TEST_F(StaleState, NeedsNoWeightsWhereItFits) {
  options_.weights = nullptr;
  EXPECT_TRUE(factory_->Create(options_).ok());
}

TEST_F(StaleState, PlanNamesTheEngineThatIsMade) {
  const auto plan = factory_->Plan(options_);
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  EXPECT_EQ(plan.value().build, engine_->info().build);
  EXPECT_EQ(plan.value().layout, engine_->info().layout);
  EXPECT_EQ(plan.value().precision, "fp32");
  EXPECT_FALSE(plan.value().layout.empty());
}

}  // namespace
}  // namespace prewarm
