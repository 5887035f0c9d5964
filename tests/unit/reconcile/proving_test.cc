// Instances that are proved though nobody scales them, and what targets hear.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reconcile/hours.h"

namespace prewarm {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::IsEmpty;

class ProvingTest : public HoursTest {
 protected:
  // As the controller makes one for pods that carry the gate.
  static Policy OnlyProves(const std::string& target) {
    Policy policy = World::PolicyNamed(target);
    policy.name = ".gate." + target;
    policy.only_proves = true;
    return policy;
  }
};

TEST_F(ProvingTest, InstancesWithoutAPolicyAreProvedAndNotScaled) {
  FakeTarget& target = world_.TargetNamed("a");
  target.Start();
  world_.Adopt({OnlyProves("a")});
  world_.RunFor(seconds(5));
  EXPECT_EQ(world_.TargetStatusOf("a").warm, 1);
  EXPECT_THAT(target.scaled, IsEmpty());
  // Nobody sees a policy that nobody has declared.
  EXPECT_THAT(world_.board.Read()->policies, IsEmpty());
  target.Start();
  world_.RunFor(seconds(5));
  EXPECT_EQ(world_.TargetStatusOf("a").warm, 2);
}

TEST_F(ProvingTest, TheyAreProvedAlsoWhileTheirPolicyIsSuspended) {
  Policy suspended = Hours("a");
  suspended.suspend = true;
  FakeTarget& target = world_.TargetNamed("a");
  target.Start();
  world_.Adopt({suspended, OnlyProves("a")});
  world_.RunFor(seconds(5));
  EXPECT_EQ(world_.TargetStatusOf("a").warm, 1);
  EXPECT_THAT(target.scaled, IsEmpty());
}

TEST_F(ProvingTest, OneThatNeverProvesItselfIsNotReplacedWithoutAPolicy) {
  FakeTarget& target = world_.TargetNamed("a");
  target.Start();
  world_.warmer.broken["*"] = 1;
  world_.Adopt({OnlyProves("a")});
  world_.RunFor(minutes(30));
  EXPECT_THAT(target.replaced, IsEmpty());
}

TEST_F(ProvingTest, TargetHearsWhatIsKnownOfItsInstances) {
  world_.Adopt({Hours("a")});
  world_.RunUntil(kNine);
  const FakeTarget& target = world_.TargetNamed("a");
  ASSERT_EQ(target.told.size(), 1U);
  EXPECT_TRUE(target.told[0].warm);
  EXPECT_EQ(target.told[0].process, "process-a-0");
  world_.warmer.broken["*"] = 1;
  world_.warmer.generation["a-0"] = "-again";
  world_.RunFor(seconds(20));
  EXPECT_FALSE(target.told[0].warm);
  EXPECT_GT(target.told[0].failures, 0);
}

TEST_F(ProvingTest, NotesOfATargetAreConditionsOfItsPolicies) {
  world_.TargetNamed("a").notes = {{"Conflict", "LoweredBySomebody", "why"}};
  world_.Adopt({Hours("a")});
  world_.RunFor(seconds(5));
  const auto has_conflict = [this] {
    for (const Condition& one : world_.StatusOf("a").conditions) {
      if (one.type == "Conflict") return one.status;
    }
    return false;
  };
  EXPECT_TRUE(has_conflict());
  world_.TargetNamed("a").notes.clear();
  world_.RunFor(seconds(5));
  EXPECT_FALSE(has_conflict());
}

TEST_F(ProvingTest, InstanceWhoseStartGetsANameIsAsOldAsItWasBefore) {
  FakeTarget& target = world_.TargetNamed("a");
  target.instances = {{"a-0", {}, false}};
  world_.Adopt({OnlyProves("a")});
  world_.RunFor(seconds(20));
  const Instant began = world_.TargetStatusOf("a").instances.at(0).since;
  world_.warmer.answers_after = minutes(1);
  target.instances = {{"a-0.f00", {{"", "http://a-0"}}, false, "a-0"}};
  world_.RunFor(seconds(20));
  EXPECT_EQ(world_.TargetStatusOf("a").instances.at(0).id, "a-0.f00");
  EXPECT_EQ(world_.TargetStatusOf("a").instances.at(0).since, began);
  // Another start is another one.
  target.instances = {{"a-0.f11", {{"", "http://a-0"}}, false, "a-0"}};
  world_.RunFor(seconds(5));
  EXPECT_GT(world_.TargetStatusOf("a").instances.at(0).since, began);
  world_.RunFor(minutes(2));
  EXPECT_EQ(world_.TargetStatusOf("a").warm, 1);
}

TEST_F(ProvingTest, InstanceWithoutAnAddressIsNotLookedAt) {
  FakeTarget& target = world_.TargetNamed("a");
  target.Start();
  target.instances[0].urls.clear();
  world_.Adopt({OnlyProves("a")});
  world_.RunFor(seconds(5));
  EXPECT_THAT(world_.warmer.looks, IsEmpty());
}

}  // namespace
}  // namespace prewarm
