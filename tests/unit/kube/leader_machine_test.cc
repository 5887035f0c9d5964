#include "warmup-controller/kube/leader_machine.h"

#include <gtest/gtest.h>

#include "tests/unit/kube/hand_clock.h"
#include "warmup-controller/kube/micro_time.h"

namespace prewarm::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Action = LeaderAction;

LeaseView Held(const std::string& holder, const std::string& renewed,
               int duration = 15) {
  return {holder, "2026-01-01T00:00:00.000000Z", renewed, duration, 1};
}

class LeaderMachineTest : public testing::Test {
 protected:
  Action Saw(const LeaseView& lease) { return us_.Saw(lease, clock_.Now()); }
  bool Leads() { return us_.Leads(clock_.Now()); }

  HandClock clock_;
  LeaderMachine us_{"us", LeaderTimes{}};
};

TEST_F(LeaderMachineTest, AbsentAndReleasedLeasesAreTakenAtOnce) {
  EXPECT_EQ(us_.SawNone(), Action::kWrite);
  EXPECT_EQ(Saw(Held("", "1")), Action::kWrite);
  EXPECT_FALSE(Leads());
  us_.Wrote(Held("us", "2"), clock_.Now());
  EXPECT_TRUE(Leads());
}

TEST_F(LeaderMachineTest, AnothersLeaseExpiresByWhenItWasSeenToChange) {
  // Its times are those of a clock that is years behind.
  EXPECT_EQ(Saw(Held("them", "1999-01-01T00:00:00.000000Z")), Action::kWait);
  clock_.Pass(milliseconds(14999));
  EXPECT_EQ(Saw(Held("them", "1999-01-01T00:00:00.000000Z")), Action::kWait);
  clock_.Pass(milliseconds(1));
  EXPECT_EQ(Saw(Held("them", "1999-01-01T00:00:00.000000Z")), Action::kWrite);
}

TEST_F(LeaderMachineTest, RenewalThatIsSeenBeginsTheWaitAnew) {
  EXPECT_EQ(Saw(Held("them", "1")), Action::kWait);
  clock_.Pass(seconds(14));
  EXPECT_EQ(Saw(Held("them", "2")), Action::kWait);
  clock_.Pass(seconds(14));
  EXPECT_EQ(Saw(Held("them", "2")), Action::kWait);
  clock_.Pass(seconds(1));
  EXPECT_EQ(Saw(Held("them", "2")), Action::kWrite);
}

TEST_F(LeaderMachineTest, HoldersOwnDurationCounts) {
  EXPECT_EQ(Saw(Held("them", "1", 60)), Action::kWait);
  clock_.Pass(seconds(59));
  EXPECT_EQ(Saw(Held("them", "1", 60)), Action::kWait);
  clock_.Pass(seconds(1));
  EXPECT_EQ(Saw(Held("them", "1", 60)), Action::kWrite);
  // One that does not say, and an absurd one.
  EXPECT_EQ(Saw(Held("them", "2", 0)), Action::kWait);
  clock_.Pass(seconds(15));
  EXPECT_EQ(Saw(Held("them", "2", 0)), Action::kWrite);
  EXPECT_EQ(Saw(Held("them", "3", 2'000'000'000)), Action::kWait);
  clock_.Pass(seconds(3600));
  EXPECT_EQ(Saw(Held("them", "3", 2'000'000'000)), Action::kWrite);
}

TEST_F(LeaderMachineTest, LeaderThatCannotRenewKnowsItBeforeOthersDo) {
  us_.Wrote(Held("us", "1"), clock_.Now());
  clock_.Pass(milliseconds(9999));
  EXPECT_TRUE(Leads());
  clock_.Pass(milliseconds(1));
  EXPECT_FALSE(Leads());
  // Still ours, for all that others know.
  EXPECT_EQ(Saw(Held("us", "1")), Action::kWrite);
  EXPECT_FALSE(Leads());
}

TEST_F(LeaderMachineTest, RenewalCountsFromWhenItWasAskedFor) {
  const SteadyTime asked = clock_.Now();
  clock_.Pass(seconds(4));
  us_.Wrote(Held("us", "1"), asked);
  EXPECT_EQ(us_.LeadsUntil(), asked + seconds(10));
}

TEST_F(LeaderMachineTest, AnotherHolderEndsOurLeadAtOnce) {
  us_.Wrote(Held("us", "1"), clock_.Now());
  EXPECT_EQ(Saw(Held("them", "2")), Action::kWait);
  EXPECT_FALSE(Leads());
  EXPECT_FALSE(us_.LeadsUntil());
}

TEST_F(LeaderMachineTest, DeletedLeaseDoesNotEndOurLead) {
  us_.Wrote(Held("us", "1"), clock_.Now());
  EXPECT_EQ(us_.SawNone(), Action::kWrite);
  EXPECT_TRUE(Leads());
}

TEST_F(LeaderMachineTest, ReleasedLeadEnds) {
  us_.Wrote(Held("us", "1"), clock_.Now());
  us_.Released();
  EXPECT_FALSE(Leads());
}

TEST(Lease, FirstHolderThenRenewalThenTransition) {
  const HandClock clock;
  Json lease = NewLease("shop", "prewarm");
  lease["metadata"]["labels"]["kept"] = "yes";
  lease = HeldLease(lease, "a", 15, clock.WallNow());
  EXPECT_EQ(TextAt(lease, {"spec", "renewTime"}),
            "2026-01-01T00:00:00.000000Z");
  EXPECT_EQ(ViewOf(lease).holder, "a");
  EXPECT_EQ(ViewOf(lease).transitions, 0);
  EXPECT_EQ(ViewOf(lease).duration_seconds, 15);
  const auto later = clock.WallNow() + milliseconds(1500);
  lease = HeldLease(lease, "a", 15, later);
  EXPECT_EQ(ViewOf(lease).acquire_time, "2026-01-01T00:00:00.000000Z");
  EXPECT_EQ(ViewOf(lease).renew_time, "2026-01-01T00:00:01.500000Z");
  EXPECT_EQ(ViewOf(lease).transitions, 0);
  lease = HeldLease(lease, "b", 15, later);
  EXPECT_EQ(ViewOf(lease).acquire_time, "2026-01-01T00:00:01.500000Z");
  EXPECT_EQ(ViewOf(lease).transitions, 1);
  EXPECT_EQ(TextAt(lease, {"metadata", "labels", "kept"}), "yes");
  lease = ReleasedLease(lease, later);
  EXPECT_EQ(ViewOf(lease).holder, "");
  EXPECT_EQ(ViewOf(lease).duration_seconds, 1);
  EXPECT_EQ(ViewOf(HeldLease(lease, "c", 15, later)).transitions, 2);
}

TEST(Lease, OddLeasesAreReadAndMended) {
  EXPECT_EQ(ViewOf(Json(7)).holder, "");
  EXPECT_EQ(
      ViewOf({{"spec", {{"holderIdentity", 7}, {"leaseDurationSeconds", "x"}}}})
          .duration_seconds,
      0);
  const Json mended = HeldLease({{"spec", nullptr}}, "a", 15, WallTime());
  EXPECT_EQ(ViewOf(mended).holder, "a");
}

TEST(MicroTime, IsUtcWithSixDigits) {
  const WallTime time{std::chrono::microseconds(1767225600000007)};
  EXPECT_EQ(MicroTimeText(time), "2026-01-01T00:00:00.000007Z");
  EXPECT_EQ(TimeText(time), "2026-01-01T00:00:00Z");
}

}  // namespace
}  // namespace prewarm::kube
