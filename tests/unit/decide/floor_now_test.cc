#include "warmup-controller/decide/floor_now.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/unit/schedule/plan.h"
#include "warmup-controller/decide/pre_warm_rules.h"

namespace prewarm {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr char kEachDay[] = "1111111";

seconds MinuteEach(int instances) { return minutes(instances); }

class FloorNowTest : public testing::Test {
 protected:
  FloorNowTest() {
    policy_ = PolicyOf("UTC", {Daily(kEachDay, 540, 1080, 3)});
    policy_.max_replicas = 10;
  }

  FloorNow At(int hour, int minute, int second = 0) {
    return AtInstant(Utc(2026, 3, 2, hour, minute) + seconds(second));
  }
  FloorNow AtInstant(Instant now) {
    return DecideFloor(policy_, Schedule(policy_), lead_, observed_, now);
  }
  void Wrote(int floor, Cause cause, Instant since,
             std::optional<Instant> due = {}) {
    observed_.written = FloorWritten{floor, cause, since, due};
  }
  void Busy(int count) {
    observed_.instances.clear();
    for (int i = 0; i < 5; ++i) {
      Instance instance;
      instance.id = std::to_string(i);
      instance.phase = Instance::Phase::kWarm;
      instance.in_flight = i < count ? 2 : 0;
      observed_.instances.push_back(instance);
    }
  }

  Policy policy_;
  std::function<seconds(int)> lead_ = MinuteEach;
  Observed observed_;
};

void Expect(const FloorNow& decided, int floor, Cause cause, Instant until) {
  EXPECT_EQ(decided.floor, floor);
  EXPECT_STREQ(CauseName(decided.cause), CauseName(cause));
  EXPECT_EQ(decided.until, until);
}

TEST_F(FloorNowTest, GoesThroughAWindow) {
  Expect(At(8, 30), 0, Cause::kMinimum, Utc(2026, 3, 2, 8, 57));
  Expect(At(8, 57), 3, Cause::kWarmStart, Utc(2026, 3, 2, 9));
  EXPECT_EQ(At(8, 57).due, Utc(2026, 3, 2, 9));
  EXPECT_EQ(At(8, 57).asked, 0);
  Expect(At(9, 0), 3, Cause::kWindow, Utc(2026, 3, 2, 10));
  EXPECT_EQ(At(9, 0).window, 0U);
  EXPECT_EQ(At(9, 0).asked_since, Utc(2026, 3, 2, 9));
  Expect(At(17, 59), 3, Cause::kWindow, Utc(2026, 3, 2, 18));
  Expect(At(18, 0), 3, Cause::kKeepAlive, Utc(2026, 3, 2, 18, 2));
  Expect(At(18, 2), 0, Cause::kMinimum, Utc(2026, 3, 2, 19, 2));
}

TEST_F(FloorNowTest, RestartWithinAWindowCatchesUpAtOnce) {
  Expect(At(12, 0), 3, Cause::kWindow, Utc(2026, 3, 2, 13));
  EXPECT_FALSE(At(12, 0).asked_since);  // long ago
  EXPECT_EQ(At(9, 1).asked_since, Utc(2026, 3, 2, 9));
}

TEST_F(FloorNowTest, WhatIsLeftAfterAFallIsAskedForSinceItsOwnRise) {
  policy_.windows.push_back(Daily("0111110", 9 * 60 + 1, 9 * 60 + 2, 5));
  EXPECT_EQ(At(9, 1).asked_since, Utc(2026, 3, 2, 9, 1));
  EXPECT_EQ(At(9, 2).asked, 3);
  EXPECT_EQ(At(9, 2).asked_since, Utc(2026, 3, 2, 9));
}

TEST_F(FloorNowTest, SuspendLeavesWhatWasWritten) {
  policy_.suspend = true;
  EXPECT_EQ(At(12, 0).floor, 0);
  Wrote(2, Cause::kWindow, Utc(2026, 3, 2, 9));
  EXPECT_EQ(At(12, 0).floor, 2);
  EXPECT_EQ(At(12, 0).cause, Cause::kSuspended);
}

TEST_F(FloorNowTest, OverrideBeatsWindowsIntentsAndWhatIsBusy) {
  policy_.intent.enabled = true;
  policy_.intent.max_replicas = 5;
  policy_.override_floor = Override{1, Utc(2026, 3, 2, 12)};
  observed_.intents = 4;
  Wrote(5, Cause::kWindow, Utc(2026, 3, 2, 9));
  Busy(5);
  Expect(At(11, 30), 1, Cause::kOverride, Utc(2026, 3, 2, 11, 58));
}

TEST_F(FloorNowTest, WarmStartGoesOnIfTheLeadBecomesShorter) {
  Wrote(3, Cause::kWarmStart, Utc(2026, 3, 2, 8, 50), Utc(2026, 3, 2, 9));
  Expect(At(8, 52), 3, Cause::kWarmStart, Utc(2026, 3, 2, 8, 57));
  EXPECT_EQ(At(8, 52).due, Utc(2026, 3, 2, 9));
}

TEST_F(FloorNowTest, WarmStartOfAWindowThatIsNoMoreStops) {
  Wrote(3, Cause::kWarmStart, Utc(2026, 3, 2, 8, 50), Utc(2026, 3, 2, 8, 55));
  EXPECT_EQ(At(8, 52).floor, 0);
  policy_.windows[0].replicas = 2;
  Wrote(3, Cause::kWarmStart, Utc(2026, 3, 2, 8, 50), Utc(2026, 3, 2, 9));
  EXPECT_EQ(At(8, 52).floor, 2);
}

TEST_F(FloorNowTest, IntentsRaiseTheFloorWithinTheirLimits) {
  observed_.intents = 4;
  observed_.intents_until = Utc(2026, 3, 2, 3, 1);
  EXPECT_EQ(At(3, 0).floor, 0);  // not enabled
  policy_.intent.enabled = true;
  policy_.intent.max_replicas = 2;
  policy_.intent.daily_instance_hours = 4;
  Expect(At(3, 0), 2, Cause::kIntent, Utc(2026, 3, 2, 3, 1));
  EXPECT_EQ(At(12, 0).floor, 3);
  EXPECT_EQ(At(12, 0).cause, Cause::kWindow);
  observed_.intent_hours = 4;
  EXPECT_EQ(At(3, 0).floor, 0);
}

TEST_F(FloorNowTest, IntentsEndWhenTheirHoursAreSpent) {
  policy_.intent.enabled = true;
  policy_.intent.max_replicas = 2;
  policy_.intent.daily_instance_hours = 1;
  observed_.intents = 2;
  observed_.intent_hours = 0.5;
  Expect(At(3, 0), 2, Cause::kIntent, Utc(2026, 3, 2, 3, 15));
}

TEST_F(FloorNowTest, InstancesAtWorkAreKeptButNotForEver) {
  Wrote(3, Cause::kKeepAlive, Utc(2026, 3, 2, 18));
  Busy(2);
  Expect(At(18, 2), 2, Cause::kInFlight, Utc(2026, 3, 2, 18, 12));
  Wrote(2, Cause::kInFlight, Utc(2026, 3, 2, 18, 2));
  Expect(At(18, 11), 2, Cause::kInFlight, Utc(2026, 3, 2, 18, 12));
  EXPECT_EQ(At(18, 12).floor, 0);
  Busy(0);
  EXPECT_EQ(At(18, 5).floor, 0);
}

TEST_F(FloorNowTest, BudgetEndsEverythingUntilTheNextLocalDay) {
  auto zone = Zone::Load("Europe/Berlin");
  policy_.zone = *zone;
  policy_.min_replicas = 1;
  policy_.instance_hours_per_day = 6;
  observed_.instance_hours = 3;
  Busy(0);
  observed_.instances.resize(3);
  // 3 hours less 3 * 30 s to stop, by 3 instances.
  Expect(At(12, 0), 3, Cause::kWindow, Utc(2026, 3, 2, 12, 59) + seconds(30));
  observed_.instance_hours = 5.98;
  Expect(At(12, 0), 0, Cause::kBudget, Utc(2026, 3, 2, 23));
  policy_.override_floor = Override{9, Utc(2026, 3, 5)};
  EXPECT_EQ(At(12, 0).floor, 0);
}

// Else one would look ever more often at what is ever less.
TEST_F(FloorNowTest, WhatIsLeftOfABudgetIsLookedAtAgainInSecondsAtLeast) {
  policy_.min_replicas = 1;
  policy_.max_replicas = 1;
  policy_.intent.enabled = true;
  policy_.intent.max_replicas = 1;
  for (const double left : {0.0, 1e-9, 1e-5, 1e-4, 3e-4, 1e-3, 1e-2}) {
    policy_.intent.daily_instance_hours = left;
    policy_.instance_hours_per_day = left + 30.0 / 3600;
    observed_.intents = 1;
    EXPECT_GE(At(3, 0).until, Utc(2026, 3, 2, 3) + seconds(1)) << left;
    policy_.min_replicas = 0;
    EXPECT_GE(At(3, 0).until, Utc(2026, 3, 2, 3) + seconds(1)) << left;
  }
}

TEST_F(FloorNowTest, SpentBudgetLeavesNothingToLookAtWhereNoFloorIs) {
  policy_.instance_hours_per_day = 1;
  observed_.instance_hours = 1;
  Expect(At(3, 0), 0, Cause::kMinimum, Utc(2026, 3, 2, 4));
}

TEST_F(FloorNowTest, NothingExceedsTheMaximum) {
  policy_.max_replicas = 2;
  EXPECT_EQ(At(12, 0).floor, 2);
}

// Whatever is asked for and however often one looks, a day's hours are kept,
// with what stopping takes.
TEST_F(FloorNowTest, NoInputExceedsTheBudget) {
  std::mt19937 random(9);
  for (int round = 0; round < 40; ++round) {
    policy_ =
        PolicyOf("UTC", {Daily(kEachDay, static_cast<int>(random() % 1440),
                               1 + static_cast<int>(random() % 1440), 5)});
    policy_.max_replicas = 8;
    policy_.min_replicas = static_cast<int>(random() % 2);
    policy_.instance_hours_per_day =
        0.1 + static_cast<double>(random() % 100) / 10;
    policy_.intent.enabled = true;
    policy_.intent.max_replicas = 8;
    policy_.intent.daily_instance_hours = 1000;
    observed_ = {};
    const Instant midnight = Utc(2026, 3, 2);
    Instant now = midnight;
    const auto spend = [&](int instances, seconds time) {
      observed_.instance_hours +=
          instances * std::chrono::duration<double>(time).count() / 3600;
    };
    while (now < midnight + hours(24)) {
      observed_.intents = static_cast<int>(random() % 10);
      const FloorNow decided = AtInstant(now);
      const int before = static_cast<int>(observed_.instances.size());
      spend(std::max(0, before - decided.floor), kStopping);
      observed_.instances.resize(static_cast<std::size_t>(decided.floor));
      observed_.written = FloorWritten{decided.floor, decided.cause, now, {}};
      const Instant looks =
          std::min(decided.until, now + seconds(1 + random() % 7200));
      spend(decided.floor, looks - now);
      now = looks;
    }
    EXPECT_LE(observed_.instance_hours, *policy_.instance_hours_per_day + 0.01)
        << "round " << round;
  }
}

// The plan and the loop are one: at any instant the floor is the span's.
TEST_F(FloorNowTest, IsThatOfThePlanAtAnyInstant) {
  std::mt19937 random(4);
  for (int round = 0; round < 100; ++round) {
    std::vector<Window> windows;
    windows.reserve(3);
    for (int i = 0; i < 3; ++i) {
      windows.push_back(Daily(kEachDay, static_cast<int>(random() % 1440),
                              1 + static_cast<int>(random() % 1440),
                              1 + static_cast<int>(random() % 9)));
    }
    policy_ = PolicyOf("America/New_York", std::move(windows));
    policy_.max_replicas = 10;
    policy_.scale_down.delay = minutes(random() % 10);
    if (round % 2 == 0) {
      policy_.scale_down.keep_if_next_window_within = minutes(random() % 200);
    }
    const Schedule schedule(policy_);
    const PreWarmRules rules = RulesOf(policy_, lead_);
    const Instant from = Utc(2026, 3, 7, 12);
    const Instant until = from + hours(48);
    const auto spans =
        PreWarm(DemandAround(policy_, schedule, rules, from, until), rules);
    Instant now = from;
    int looks = 0;
    while (now < until) {
      const FloorNow decided =
          DecideFloor(policy_, schedule, lead_, observed_, now);
      int planned = -1;
      for (const FloorSpan& span : spans) {
        if (span.begin <= now) planned = span.floor;
      }
      ASSERT_EQ(decided.floor, planned) << "round " << round;
      ASSERT_GT(decided.until, now);
      // Nothing changes before the look that was announced.
      for (const FloorSpan& span : spans) {
        if (now < span.begin && span.begin < decided.until) {
          ASSERT_EQ(span.floor, decided.floor) << "round " << round;
        }
      }
      now = decided.until;
      ++looks;
    }
    EXPECT_LT(looks, 200);
  }
}

}  // namespace
}  // namespace prewarm
