// Thousands of windows that open at the same second, in simulated time.
#include <gtest/gtest.h>

#include <map>

#include "tests/unit/reconcile/world.h"

namespace prewarm {
namespace {

using std::chrono::seconds;

#if defined(__SANITIZE_ADDRESS__)
constexpr int kPolicies = 2'000;  // which take as long
#else
constexpr int kPolicies = 10'000;
#endif
constexpr int kNamespaces = 100;

// When what was decided, and when what was written.
class Times : public Notes {
 public:
  explicit Times(const Clock* clock) : clock_(clock) {}
  void CauseChanged(const Policy& policy, const FloorNow& floor) override {
    if (floor.cause == Cause::kWarmStart) {
      decided.emplace(policy.name, clock_->WallNow());
      due = *floor.due;
    }
  }
  void Wrote(const TargetKey& target, int floor, const Status&) override {
    if (floor > 0) written.emplace_back(target, clock_->WallNow());
  }

  std::map<std::string, WallTime> decided;
  std::vector<std::pair<TargetKey, WallTime>> written;
  Instant due;

 private:
  const Clock* clock_;
};

class SameSecondTest : public testing::Test {
 protected:
  SameSecondTest() {
    clock_.Begin(Utc(2026, 3, 2, 8, 54));
    ControllerOptions options;
    options.writes = {kRate, kBurst};
    controller_ = std::make_unique<Controller>(
        ControllerParts{&warmer_, &intents_, &board_, &times_, &clock_},
        options);
    std::vector<PolicySetup> setups;
    std::map<std::string, std::shared_ptr<Target>> targets;
    setups.reserve(kPolicies);
    for (int i = 0; i < kPolicies; ++i) {
      Policy policy = World::PolicyNamed("p" + std::to_string(i));
      policy.namespace_name = "shop-" + std::to_string(i % kNamespaces);
      policy.windows = {Daily("0111110", 9 * 60, 18 * 60)};
      targets[KeyOf(policy).Full()] = std::make_shared<FakeTarget>(policy.name);
      setups.push_back({std::move(policy), {}});
    }
    const Status adopted = controller_->Adopt(std::move(setups), targets);
    if (!adopted.ok()) ADD_FAILURE() << adopted.error().message;
  }

  void RunUntilAllAreWarm(Instant deadline) {
    while (times_.verified < kPolicies && clock_.WallNow() < deadline) {
      const SteadyTime next = controller_->Step();
      warmer_.Deliver();
      const auto wait = std::min(next, warmer_.NextEvent()) - clock_.Now();
      clock_.Advance(
          std::max<SteadyTime::duration>(wait, std::chrono::milliseconds(0)));
    }
    (void)controller_->Step();
  }

  static constexpr double kRate = 500;
  static constexpr double kBurst = 100;

  HandClock clock_;
  FakeWarmer warmer_{&clock_};
  IntentTable intents_;
  StatusBoard board_;
  Times times_{&clock_};
  std::unique_ptr<Controller> controller_;
};

TEST_F(SameSecondTest, AllAreDecidedWithinASecondAndWrittenFairlyAndInTime) {
  warmer_.warm_up_takes = seconds(5);
  RunUntilAllAreWarm(Utc(2026, 3, 2, 9));

  ASSERT_EQ(times_.decided.size(), static_cast<std::size_t>(kPolicies));
  WallTime first = WallTime::max();
  WallTime last = WallTime::min();
  for (const auto& [name, at] : times_.decided) {
    first = std::min(first, at);
    last = std::max(last, at);
  }
  EXPECT_LE(last - first, seconds(1));

  // No faster than the budget, and as fast as it allows.
  ASSERT_EQ(times_.written.size(), static_cast<std::size_t>(kPolicies));
  const auto took = times_.written.back().second - times_.written[0].second;
  const auto least =
      std::chrono::duration<double>((kPolicies - kBurst) / kRate);
  EXPECT_GE(took, least - seconds(1));
  EXPECT_LE(took, least + seconds(1));

  // Every namespace has its turn before any has its next one.
  std::map<std::string, int> turns;
  for (std::size_t i = 0; i < times_.written.size(); ++i) {
    const int round = static_cast<int>(i) / kNamespaces;
    ASSERT_EQ(turns[times_.written[i].first.namespace_name]++, round);
  }

  // The lead has room for the queue: the last one is warm in time, too.
  const auto status = board_.Read();
  for (const auto& policy : status->policies) {
    ASSERT_EQ(policy->warm, 1) << policy->name;
    ASSERT_TRUE(policy->last_opening.has_value());
    ASSERT_GE(policy->last_opening->warm_before.count(), 0) << policy->name;
    ASSERT_FALSE(policy->last_opening->missed);
  }
}

}  // namespace
}  // namespace prewarm
