#include "warmup-controller/decide/demand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/schedule/plan.h"

namespace prewarm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Instant kFrom = Utc(2026, 3, 2);
const Instant kUntil = Utc(2026, 3, 3);
constexpr char kDaily[] = "1111111";

std::vector<Demand> Over(const Policy& policy, Instant from = kFrom,
                         Instant until = kUntil) {
  return DemandOver(policy, Schedule(policy), from, until);
}

TEST(Demand, BeginsAtTheStartOfTheRangeWithWhatIsOpenThen) {
  const Policy policy = PolicyOf("UTC", {Daily(kDaily, 540, 1080, 3)});
  const auto demands = Over(policy, Utc(2026, 3, 2, 12), Utc(2026, 3, 2, 13));
  ASSERT_EQ(demands.size(), 1U);
  EXPECT_EQ(demands[0].begin, Utc(2026, 3, 2, 12));
  EXPECT_EQ(demands[0].floor, 3);
  EXPECT_THAT(demands[0].windows, ElementsAre(0U));
}

TEST(Demand, OverlappingWindowsTakeTheMaximumAndSayWhichOneWon) {
  Policy policy = PolicyOf(
      "UTC", {Daily(kDaily, 540, 1080, 3), Daily(kDaily, 600, 660, 8)});
  policy.min_replicas = 1;
  const auto demands = Over(policy);
  ASSERT_EQ(demands.size(), 5U);
  EXPECT_EQ(demands[0].floor, 1);
  EXPECT_FALSE(demands[0].winner);
  EXPECT_EQ(demands[2].begin, Utc(2026, 3, 2, 10));
  EXPECT_EQ(demands[2].floor, 8);
  EXPECT_THAT(demands[2].windows, ElementsAre(0U, 1U));
  EXPECT_EQ(demands[2].winner, 1U);
  EXPECT_EQ(demands[3].winner, 0U);
  EXPECT_THAT(demands[4].windows, IsEmpty());
}

TEST(Demand, OverrideStandsForEverythingUntilItsEnd) {
  Policy policy = PolicyOf("UTC", {Daily(kDaily, 540, 1080, 3)});
  policy.override_floor = Override{0, Utc(2026, 3, 2, 10)};
  const auto demands = Over(policy);
  ASSERT_EQ(demands.size(), 4U);
  EXPECT_EQ(demands[1].begin, Utc(2026, 3, 2, 9));
  EXPECT_EQ(demands[1].floor, 0);
  EXPECT_TRUE(demands[1].overridden);
  EXPECT_FALSE(demands[1].winner);
  EXPECT_EQ(demands[2].begin, Utc(2026, 3, 2, 10));
  EXPECT_EQ(demands[2].floor, 3);
  EXPECT_FALSE(demands[2].overridden);
}

TEST(Demand, WindowsThatMeetChangeHandsInOneInstant) {
  const Policy policy =
      PolicyOf("UTC", {Daily(kDaily, 540, 600, 3), Daily(kDaily, 600, 660, 3)});
  const auto demands = Over(policy);
  ASSERT_EQ(demands.size(), 4U);
  EXPECT_THAT(demands[2].windows, ElementsAre(1U));
  EXPECT_EQ(demands[2].floor, 3);
}

// Any policy: what it says of every stretch is what the schedule says of its
// instants.
TEST(Demand, IsWhatTheScheduleSaysAtEveryInstant) {
  std::mt19937 random(7);
  const char* zones[] = {"Europe/Berlin", "America/New_York",
                         "Australia/Lord_Howe", "UTC"};
  for (int round = 0; round < 60; ++round) {
    std::vector<Window> windows;
    for (int i = 0; i < 4; ++i) {
      const auto pick = [&](int n) { return static_cast<int>(random() % n); };
      const int replicas = 1 + pick(4);
      if (i % 2 == 0) {
        windows.push_back(Daily(i == 0 ? kDaily : "0111110", pick(1440),
                                1 + pick(1440), replicas));
      } else {
        windows.push_back(Elapsing(std::to_string(pick(60)) + " */" +
                                       std::to_string(2 + pick(5)) + " * * *",
                                   1 + pick(100), replicas));
      }
    }
    Policy policy = PolicyOf(zones[round % 4], std::move(windows));
    policy.min_replicas = round % 3;
    const Schedule schedule(policy);
    const Instant from = Utc(2026, 3, 27, 3, round);
    const Instant until = from + std::chrono::hours(72);
    const auto demands = DemandOver(policy, schedule, from, until);
    ASSERT_EQ(demands.front().begin, from);
    std::size_t seen = 0;
    std::optional<Instant> at = from;
    for (; at && *at < until; at = schedule.NextTransition(*at), ++seen) {
      ASSERT_LT(seen, demands.size());
      const ScheduleState state = schedule.At(*at);
      EXPECT_EQ(demands[seen].begin, *at);
      EXPECT_EQ(demands[seen].floor, state.floor);
      EXPECT_EQ(demands[seen].winner, state.winner);
      EXPECT_EQ(demands[seen].windows.size(), state.active.size());
    }
    EXPECT_EQ(seen, demands.size());
  }
}

}  // namespace
}  // namespace prewarm
