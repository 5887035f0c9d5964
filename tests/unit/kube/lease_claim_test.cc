#include "warmup-controller/kube/lease_claim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/kube/fake_leases.h"
#include "tests/unit/kube/hand_clock.h"
#include "warmup-controller/kube/lease.h"

namespace prewarm::kube {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

class LeaseClaimTest : public testing::Test {
 protected:
  LeaseClaimTest() {
    options_.namespace_name = "prewarm-system";
    options_.name = "controller";
    options_.id = "release__1";
    options_.id_prefix = "release_";
    options_.wait = [this](milliseconds time) {
      waits_.push_back(time);
      if (meanwhile_) meanwhile_();
      return !stopped_;
    };
  }
  void Hold(const std::string& holder) {
    leases_.PutLocked(HeldLease(leases_.object().is_null()
                                    ? NewLease("prewarm-system", "controller")
                                    : leases_.object(),
                                holder, 15, clock_.WallNow()));
  }
  LeaseView View() const { return ViewOf(leases_.object()); }

  FakeLeases leases_;
  HandClock clock_;
  ClaimOptions options_;
  std::vector<milliseconds> waits_;
  std::function<void()> meanwhile_;
  bool stopped_ = false;
};

TEST_F(LeaseClaimTest, WhoLeadsGetsTheTimeToNotice) {
  Hold("pod-a_1");
  EXPECT_EQ(ClaimLease(&leases_, options_, clock_).value(), "pod-a_1");
  EXPECT_THAT(waits_, ElementsAre(options_.times.renew_deadline));
  EXPECT_EQ(View().holder, "release__1");
  EXPECT_EQ(View().duration_seconds, 120);
}

TEST_F(LeaseClaimTest, WhereNobodyLeadsThereIsNoWait) {
  EXPECT_EQ(ClaimLease(&leases_, options_, clock_).value(), "");
  EXPECT_EQ(View().holder, "release__1");
  options_.id = "release__2";
  EXPECT_EQ(ClaimLease(&leases_, options_, clock_).value(), "");
  EXPECT_EQ(View().holder, "release__2");
  EXPECT_THAT(waits_, IsEmpty());
}

TEST_F(LeaseClaimTest, OneThatIsStoppedMeanwhileSaysSo) {
  Hold("pod-a_1");
  stopped_ = true;
  EXPECT_EQ(ClaimLease(&leases_, options_, clock_).error().code,
            ErrorCode::kCancelled);
}

TEST_F(LeaseClaimTest, ServerThatIsAwayIsAnError) {
  leases_.SetDown(true);
  EXPECT_EQ(ClaimLease(&leases_, options_, clock_).error().code,
            ErrorCode::kUnavailable);
  EXPECT_FALSE(LivingHolder(&leases_, options_).ok());
}

TEST_F(LeaseClaimTest, OnlyWhoRenewsIsAlive) {
  EXPECT_EQ(LivingHolder(&leases_, options_).value(), "");
  Hold("pod-a_1");
  EXPECT_EQ(LivingHolder(&leases_, options_).value(), "");
  meanwhile_ = [this] {
    clock_.Pass(std::chrono::seconds(2));
    Hold("pod-a_1");
  };
  EXPECT_EQ(LivingHolder(&leases_, options_).value(), "pod-a_1");
}

}  // namespace
}  // namespace prewarm::kube
