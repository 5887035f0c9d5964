// Instances that prove themselves and do not stay warm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reconcile/hours.h"

namespace prewarm {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

class LapsesTest : public HoursTest {
 protected:
  LapsesTest() {
    world_.Adopt({Hours("a")});
    world_.RunUntil(kNine);
    EXPECT_EQ(world_.StatusOf("a").warm, 1);
  }
  // While it does, its looks say so; "" is what they say by default.
  void Says(const std::string& state, bool ready) {
    world_.warmer.healths["a-0"].state = state;
    world_.warmer.healths["a-0"].ready = ready;
  }
  std::size_t CallsWithin(seconds time) {
    const auto before = world_.warmer.calls.size();
    world_.RunFor(time);
    return world_.warmer.calls.size() - before;
  }
  bool IsLetIn() {
    const InstanceTold& told = world_.TargetNamed("a").told.at(0);
    return told.warm && told.is_ready.value_or(true);
  }
  Condition Degraded() { return world_.StatusOf("a").conditions.back(); }
};

TEST_F(LapsesTest, OneThatProvesItselfAndIsNotReadyIsCalledMoreAndMoreSeldom) {
  Says("warming", false);
  const auto first = CallsWithin(minutes(1));
  EXPECT_GE(first, 3U);
  EXPECT_LE(first, 7U);
  EXPECT_LE(CallsWithin(minutes(10)), 12U);
  EXPECT_EQ(world_.StatusOf("a").warm, 0);
  EXPECT_FALSE(IsLetIn());
  EXPECT_EQ(Degraded().reason, "NotReady");
  EXPECT_THAT(Degraded().message, HasSubstr("says that it is not ready"));
  // It works: another one would do the same.
  EXPECT_THAT(world_.TargetNamed("a").replaced, IsEmpty());
}

TEST_F(LapsesTest, OneThatStaysWarmAtLastIsAsAllOthers) {
  Says("warming", false);
  world_.RunFor(minutes(5));
  Says("ready", true);
  world_.RunFor(minutes(3));
  EXPECT_EQ(world_.StatusOf("a").warm, 1);
  EXPECT_TRUE(IsLetIn());
  EXPECT_FALSE(Degraded().status);
}

TEST_F(LapsesTest, OneThatWasWarmForLongIsProvedAgainAtOnce) {
  Says("ready", true);
  world_.RunFor(minutes(5));
  Says("cold", false);
  world_.RunFor(seconds(3));
  Says("ready", true);
  world_.RunFor(seconds(3));
  EXPECT_EQ(world_.StatusOf("a").warm, 1);
}

TEST_F(LapsesTest, OneThatWaversIsLetInAndOutOnceAMinuteAtMost) {
  int changes = 0;
  bool before = IsLetIn();
  for (int i = 0; i < 20 * 60; ++i) {
    const bool ready = i / 7 % 2 == 0;
    Says(ready ? "ready" : "warming", ready);
    world_.RunFor(seconds(1));
    changes += IsLetIn() == before ? 0 : 1;
    before = IsLetIn();
  }
  EXPECT_GT(changes, 5);
  EXPECT_LE(changes, 2 * 30);
}

TEST_F(LapsesTest, ProcessesThatTakeTurnsAtOneAddressAreNotCalledInARow) {
  std::size_t calls = 0;
  for (int i = 0; i < 10 * 60; ++i) {
    world_.warmer.generation["a-0"] = "-" + std::to_string(i);
    calls += CallsWithin(seconds(1));
  }
  EXPECT_LE(calls, 20U);
}

class OneInstance : public testing::Test {
 protected:
  OneInstance() {
    InstanceSeen seen;
    seen.id = "a";
    seen.urls[""] = "http://10.0.0.1:80";
    table_.See({seen}, now_);
    LooksAnswer(false);
    table_.CallBegan(0, now_, at_);
  }
  void Proves() {
    WarmupProof proof;
    proof.instance_id = "start-1";
    table_.CallEnded("a", proof, now_);
  }
  bool LooksAnswer(bool ready) {
    InstanceHealth health;
    health.state = ready ? "ready" : "warming";
    health.ready = ready;
    health.instance_id = "start-1";
    return table_.Looked("a", health, now_);
  }

  Instant now_{};
  SteadyTime at_ = SteadyTime(std::chrono::hours(1));
  InstanceTable table_;
};

TEST_F(OneInstance, CountsAsWarmFromItsProofOn) {
  Proves();
  EXPECT_EQ(table_.warm(), 1);
  EXPECT_EQ(table_.facts(0).is_ready, std::nullopt);
}

TEST_F(OneInstance, WhoseProofDidNotLastCountsOnceItSaysThatItIsReady) {
  Proves();
  LooksAnswer(false);
  EXPECT_EQ(table_.warm(), 0);
  table_.CallBegan(0, now_, at_);
  Proves();
  EXPECT_EQ(table_.warm(), 0);
  EXPECT_TRUE(LooksAnswer(true));
  EXPECT_EQ(table_.warm(), 1);
}

TEST_F(OneInstance, LookThatBeganBeforeTheProofSaysNothingOfIt) {
  ASSERT_FALSE(table_.TakeLooks(at_).empty());
  Proves();
  LooksAnswer(false);
  EXPECT_EQ(table_.instances()[0].lapses, 0);
  ASSERT_FALSE(table_.TakeLooks(at_ + seconds(3)).empty());
  LooksAnswer(true);
  EXPECT_EQ(table_.warm(), 1);
  ASSERT_FALSE(table_.TakeLooks(at_ + seconds(6)).empty());
  LooksAnswer(false);
  EXPECT_EQ(table_.instances()[0].lapses, 1);
}

}  // namespace
}  // namespace prewarm
