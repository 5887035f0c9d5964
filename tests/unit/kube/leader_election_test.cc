#include "warmup-controller/kube/leader_election.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>

#include "tests/support/eventually.h"
#include "tests/unit/kube/fake_leases.h"
#include "tests/unit/kube/hand_clock.h"

namespace prewarm::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Tries follow each other fast; what leases live by is the clock of the test.
class LeaderElectionTest : public testing::Test {
 protected:
  struct Candidate {
    std::atomic<int> elected{0};
    std::atomic<int> lost{0};
    std::unique_ptr<LeaderElection> election;
  };

  void Start(Candidate* candidate, const std::string& id) {
    ElectionOptions options;
    options.namespace_name = "shop";
    options.name = "prewarm";
    options.id = id;
    options.times.retry = milliseconds(1);
    options.on_elected = [candidate] { ++candidate->elected; };
    options.on_lost = [candidate] { ++candidate->lost; };
    candidate->election =
        std::make_unique<LeaderElection>(&api_, options, clock_);
    candidate->election->Start();
  }
  // Every candidate has looked again.
  bool Looked() {
    const int before = api_.calls();
    return Eventually([&] { return api_.calls() >= before + 6; });
  }
  std::string Holder() { return ViewOf(api_.object()).holder; }

  HandClock clock_;
  FakeLeases api_;
  Candidate a_;
  Candidate b_;
};

TEST_F(LeaderElectionTest, FirstOneLeadsAndTheSecondWaits) {
  Start(&a_, "a");
  ASSERT_TRUE(Eventually([this] { return a_.election->leads(); }));
  Start(&b_, "b");
  ASSERT_TRUE(Looked());
  EXPECT_FALSE(b_.election->leads());
  EXPECT_EQ(Holder(), "a");
  EXPECT_EQ(a_.elected, 1);
  EXPECT_EQ(b_.elected, 0);
}

TEST_F(LeaderElectionTest, CleanStopFreesTheLeaseForTheNext) {
  Start(&a_, "a");
  ASSERT_TRUE(Eventually([this] { return a_.elected == 1; }));
  Start(&b_, "b");
  a_.election->Stop();
  EXPECT_EQ(a_.lost, 1);
  EXPECT_FALSE(a_.election->leads());
  // Without any time passing.
  ASSERT_TRUE(Eventually([this] { return b_.elected == 1; }));
  EXPECT_EQ(Holder(), "b");
}

TEST_F(LeaderElectionTest, LossIsToldWhenTheServerIsGoneForTheDeadline) {
  Start(&a_, "a");
  ASSERT_TRUE(Eventually([this] { return a_.elected == 1; }));
  api_.SetDown(true);
  ASSERT_TRUE(Looked());
  EXPECT_TRUE(a_.election->leads());
  EXPECT_EQ(a_.lost, 0);
  clock_.Pass(seconds(10));
  EXPECT_FALSE(a_.election->leads());
  ASSERT_TRUE(Eventually([this] { return a_.lost == 1; }));
  ASSERT_TRUE(
      Eventually([this] { return a_.election->trouble().has_value(); }));
  api_.SetDown(false);
  ASSERT_TRUE(
      Eventually([this] { return !a_.election->trouble().has_value(); }));
}

TEST_F(LeaderElectionTest, WhoHasLostTheLeaseNeverTakesItAgain) {
  Start(&a_, "a");
  ASSERT_TRUE(Eventually([this] { return a_.elected == 1; }));
  api_.SetDown(true);
  clock_.Pass(seconds(10));
  ASSERT_TRUE(Eventually([this] { return a_.lost == 1; }));
  api_.SetDown(false);
  const Json before = api_.object();
  clock_.Pass(seconds(60));
  ASSERT_TRUE(Looked());
  EXPECT_EQ(api_.object(), before) << "its work may not have ended yet";
  EXPECT_FALSE(a_.election->leads());
  api_.Delete();
  ASSERT_TRUE(Looked());
  EXPECT_TRUE(api_.object().is_null());
  EXPECT_EQ(a_.elected, 1);
  // It still sees who has it, such as a release.
  Start(&b_, "b");
  ASSERT_TRUE(Eventually([this] { return a_.election->holder() == "b"; }));
}

TEST_F(LeaderElectionTest, LeaseThatRanOutBetweenTwoTriesIsLost) {
  Start(&a_, "a");
  ASSERT_TRUE(Eventually([this] { return a_.elected == 1; }));
  // No call has failed: it only came too late.
  clock_.Pass(seconds(11));
  ASSERT_TRUE(Eventually([this] { return a_.lost == 1; }));
  EXPECT_FALSE(a_.election->leads());
}

TEST_F(LeaderElectionTest, LeaseWhoseHolderIsSilentIsTakenAfterItsDuration) {
  api_.PutLocked(
      HeldLease(NewLease("shop", "prewarm"), "ghost", 15, clock_.WallNow()));
  Start(&a_, "a");
  ASSERT_TRUE(Looked());
  clock_.Pass(seconds(14));
  ASSERT_TRUE(Looked());
  EXPECT_EQ(Holder(), "ghost");
  clock_.Pass(seconds(1));
  ASSERT_TRUE(Eventually([this] { return a_.elected == 1; }));
  EXPECT_EQ(Holder(), "a");
  EXPECT_EQ(ViewOf(api_.object()).transitions, 1);
}

TEST_F(LeaderElectionTest, LeaderWhoseLeaseWasTakenTellsItAtOnce) {
  Start(&a_, "a");
  ASSERT_TRUE(Eventually([this] { return a_.elected == 1; }));
  api_.PutLocked(HeldLease(api_.object(), "thief", 15, clock_.WallNow()));
  ASSERT_TRUE(Eventually([this] { return a_.lost == 1; }));
  EXPECT_EQ(Holder(), "thief");
}

TEST_F(LeaderElectionTest, WriteThatChangesNoHolderIsOnlyAConflict) {
  Start(&a_, "a");
  ASSERT_TRUE(Eventually([this] { return a_.elected == 1; }));
  for (int i = 0; i < 5; ++i) {
    Json lease = api_.object();
    lease["metadata"]["labels"]["by"] = std::to_string(i);
    api_.PutLocked(lease);
    ASSERT_TRUE(Looked());
  }
  EXPECT_TRUE(a_.election->leads());
  EXPECT_EQ(a_.lost, 0);
  EXPECT_EQ(TextAt(api_.object(), {"metadata", "labels", "by"}), "4");
}

TEST_F(LeaderElectionTest, DeletedLeaseIsMadeAgain) {
  Start(&a_, "a");
  ASSERT_TRUE(Eventually([this] { return a_.elected == 1; }));
  api_.Delete();
  ASSERT_TRUE(Eventually([this] { return Holder() == "a"; }));
  EXPECT_EQ(a_.lost, 0);
}

TEST(LongestTakeoverTest, IsTheLeaseAndTwoLateLooks) {
  // A look comes after retry and up to 1.2 of it more.
  EXPECT_EQ(LongestTakeover({}), milliseconds(15000 + 2 * 4400));
  EXPECT_EQ(LongestTakeover({seconds(30), seconds(20), seconds(5)}),
            seconds(30 + 2 * 11));
}

TEST_F(LeaderElectionTest, NeverDoTwoLead) {
  Start(&a_, "a");
  Start(&b_, "b");
  for (int i = 0; i < 200; ++i) {
    EXPECT_FALSE(a_.election->leads() && b_.election->leads());
    clock_.Pass(milliseconds(100));
    if (i % 50 == 0) {
      ASSERT_TRUE(Looked());
    }
  }
}

}  // namespace
}  // namespace prewarm::kube
