#include "inference-server/engine/fallback.h"

#include <gtest/gtest.h>

#include "inference-server/engine/fake/fake_engine.h"

namespace prewarm {
namespace {

class Fallback : public ::testing::Test {
 protected:
  Fallback() {
    second_.input_side = 32;  // how the tests tell them apart
  }

  void FirstFailsWith(ErrorCode code) {
    first_.on_create = [code](const EngineOptions&) -> Status {
      return MakeError(code, "the first says no");
    };
  }

  FallbackFactory Factory() {
    return FallbackFactory(&first_, [this]() -> Result<EngineFactory*> {
      ++opened_;
      return &second_;
    });
  }

  FakeEngineFactory first_;
  FakeEngineFactory second_;
  int opened_ = 0;
};

TEST_F(Fallback, SecondIsNotOpenedWhileTheFirstWorks) {
  const auto engine = Factory().Create({});
  ASSERT_TRUE(engine.ok());
  EXPECT_EQ(engine.value()->info().input_width, 64);
  EXPECT_EQ(opened_, 0);
}

TEST_F(Fallback, UnavailableFirstGivesWayToTheSecond) {
  FirstFailsWith(ErrorCode::kUnavailable);
  const auto engine = Factory().Create({});
  ASSERT_TRUE(engine.ok());
  EXPECT_EQ(engine.value()->info().input_width, 32);
  EXPECT_EQ(opened_, 1);
}

TEST_F(Fallback, NetworkThatTheFirstDoesNotKnowIsTheSeconds) {
  FirstFailsWith(ErrorCode::kUnsupported);
  first_.on_plan = first_.on_create;
  FallbackFactory factory = Factory();
  const auto planned = factory.Plan({});
  ASSERT_TRUE(planned.ok());
  EXPECT_EQ(planned->input_width, 32);
  const auto engine = factory.Create({});
  ASSERT_TRUE(engine.ok());
  EXPECT_EQ(engine.value()->info().input_width, 32);
  EXPECT_EQ(FallbackFactory(&first_, nullptr).Plan({}).error().code,
            ErrorCode::kUnsupported);
}

TEST_F(Fallback, StateOfTheFirstIsNothingForTheSecond) {
  FirstFailsWith(ErrorCode::kUnavailable);
  const PreparedTensors prepared;
  EngineOptions options;
  options.prepared = &prepared;
  EXPECT_EQ(Factory().Create(options).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(opened_, 0);
}

TEST_F(Fallback, DamagedWeightsAreNoReasonForAnotherEngine) {
  for (const ErrorCode code :
       {ErrorCode::kCorrupt, ErrorCode::kNotFound, ErrorCode::kInternal}) {
    FirstFailsWith(code);
    const auto engine = Factory().Create({});
    ASSERT_FALSE(engine.ok());
    EXPECT_EQ(engine.error().code, code);
  }
  EXPECT_EQ(opened_, 0);
}

TEST_F(Fallback, WithoutASecondTheErrorOfTheFirstIsTheAnswer) {
  FirstFailsWith(ErrorCode::kUnavailable);
  const auto engine = FallbackFactory(&first_, nullptr).Create({});
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().message, "the first says no");
}

TEST_F(Fallback, ErrorOfOpeningTheSecondIsTheAnswer) {
  FirstFailsWith(ErrorCode::kUnavailable);
  FallbackFactory factory(&first_, []() -> Result<EngineFactory*> {
    return MakeError(ErrorCode::kUnavailable, "no second");
  });
  const auto engine = factory.Create({});
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().message, "no second");
}

}  // namespace
}  // namespace prewarm
