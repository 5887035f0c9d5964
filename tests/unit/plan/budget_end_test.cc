#include "warmup-controller/plan/budget_end.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/schedule/plan.h"
#include "warmup-controller/calendar/instant_text.h"
#include "warmup-controller/plan/transition.h"

namespace prewarm {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Instant kMonday = Utc(2026, 3, 2);

Policy WithBudget(double hours) {
  Policy policy = PolicyOf("UTC", {Daily("1111111", 540, 1080, 2)});
  policy.windows[0].name = "day";
  policy.name = "shop";
  policy.max_replicas = 10;
  policy.instance_hours_per_day = hours;
  return policy;
}

FloorSpan Span(Instant begin, int floor) {
  return {begin, floor, Hold::kDemand, 0};
}

auto Ends(Instant at, int next_day) {
  return testing::AllOf(
      testing::Field(&BudgetEnd::at, at),
      testing::Field(&BudgetEnd::next_day, Utc(2026, 3, next_day)));
}

TEST(BudgetEnd, IsWhereFloorsAndTheirStopHaveSpentTheHours) {
  const std::vector<FloorSpan> spans = {Span(kMonday, 0),
                                        Span(Utc(2026, 3, 2, 9), 2),
                                        Span(Utc(2026, 3, 2, 18), 0)};
  // Two instances for two hours, less the half minute that they take to stop.
  EXPECT_THAT(BudgetEnds(WithBudget(4), spans, kMonday, Utc(2026, 3, 3)),
              ElementsAre(Ends(Utc(2026, 3, 2, 11) - seconds(30), 3)));
  EXPECT_THAT(BudgetEnds(WithBudget(18.1), spans, kMonday, Utc(2026, 3, 3)),
              IsEmpty());
}

TEST(BudgetEnd, EveryDayHasItsOwnHours) {
  const std::vector<FloorSpan> spans = {Span(kMonday, 1)};
  EXPECT_THAT(BudgetEnds(WithBudget(6), spans, kMonday, Utc(2026, 3, 4)),
              ElementsAre(Ends(Utc(2026, 3, 2, 6) - seconds(30), 3),
                          Ends(Utc(2026, 3, 3, 6) - seconds(30), 4)));
}

TEST(BudgetEnd, WithoutABudgetThereIsNone) {
  Policy policy = WithBudget(1);
  policy.instance_hours_per_day.reset();
  EXPECT_THAT(BudgetEnds(policy, {Span(kMonday, 5)}, kMonday, Utc(2026, 3, 9)),
              IsEmpty());
}

// "08:59 warm_start 0>2", a line each.
std::string Lines(const Policy& policy, Instant from, Instant until) {
  std::string text;
  for (const Transition& each : PlanOf(
           policy, Schedule(policy), [](int) { return minutes(1); }, from,
           until)) {
    text += DateAndTime(each.at).substr(8, 8) + " " + KindName(each.kind) +
            " " + std::to_string(each.previous) + ">" +
            std::to_string(each.replicas) + "\n";
  }
  return text;
}

TEST(BudgetEnd, IsATransitionAndNothingStaysAfterIt) {
  const Policy policy = WithBudget(4);
  EXPECT_EQ(Lines(policy, kMonday, Utc(2026, 3, 3)),
            "02 08:59 warm_start 0>2\n"
            "02 09:00 open 0>2\n"
            "02 10:58 close 2>0\n"
            "02 18:00 close 0>0\n");
  const auto plan = PlanOf(
      policy, Schedule(policy), [](int) { return minutes(1); }, kMonday,
      Utc(2026, 3, 3));
  EXPECT_EQ(plan[1].until, plan[2].at);
  EXPECT_THAT(plan[2].reason,
              HasSubstr("the day's 4 instance-hours are spent at 2026-03-02 "
                        "10:58:30"));
  EXPECT_THAT(plan[3].reason,
              AllOf(HasSubstr("are spent"), Not(HasSubstr("stay"))));
}

TEST(BudgetEnd, IsToldWhereNothingElseChanges) {
  Policy policy = WithBudget(6);
  policy.windows.clear();
  policy.min_replicas = 1;
  EXPECT_EQ(Lines(policy, kMonday, Utc(2026, 3, 4)),
            "02 05:59 close 1>0\n"
            "03 00:00 open 0>1\n"
            "03 05:59 close 1>0\n");
}

TEST(BudgetEnd, AWindowOfTheNextMorningStartsWithItsHours) {
  Policy policy = WithBudget(1);
  policy.windows = {Daily("1111111", 540, 1080, 2), Daily("1111111", 1, 60, 1)};
  policy.windows[0].name = "day";
  policy.windows[1].name = "night";
  const auto early = [](int) { return minutes(5); };
  const auto plan = PlanOf(policy, Schedule(policy), early, Utc(2026, 3, 2, 8),
                           Utc(2026, 3, 3, 0, 30));
  std::string starts;
  for (const Transition& each : plan) {
    if (each.kind != Transition::Kind::kWarmStart) continue;
    starts += DateAndTime(each.at).substr(11) + " " +
              std::to_string(each.previous) + "; ";
  }
  EXPECT_EQ(starts, "08:55:00 0; 00:00:00 0; ");
}

TEST(BudgetEnd, ThatOnlyCutsAStayShortIsToldWithTheClose) {
  Policy policy = WithBudget(18.02);
  policy.scale_down.delay = minutes(10);
  const auto plan = PlanOf(
      policy, Schedule(policy), [](int) { return seconds(1); }, kMonday,
      Utc(2026, 3, 3));
  ASSERT_EQ(plan.size(), 3U);
  EXPECT_THAT(plan[2].reason,
              AllOf(HasSubstr("day closes"), HasSubstr("are spent")));
}

}  // namespace
}  // namespace prewarm
