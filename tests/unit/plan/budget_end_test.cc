#include "warmup-controller/plan/budget_end.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/schedule/plan.h"
#include "warmup-controller/plan/transition.h"

namespace prewarm {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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

TEST(BudgetEnd, IsWhereFloorsAndTheirStopHaveSpentTheHours) {
  const std::vector<FloorSpan> spans = {Span(kMonday, 0),
                                        Span(Utc(2026, 3, 2, 9), 2),
                                        Span(Utc(2026, 3, 2, 18), 0)};
  // Two instances for two hours, less the half minute that they take to stop.
  EXPECT_THAT(BudgetEnds(WithBudget(4), spans, kMonday, Utc(2026, 3, 3)),
              ElementsAre(Utc(2026, 3, 2, 11) - seconds(30)));
  EXPECT_THAT(BudgetEnds(WithBudget(18.1), spans, kMonday, Utc(2026, 3, 3)),
              IsEmpty());
}

TEST(BudgetEnd, EveryDayHasItsOwnHours) {
  const std::vector<FloorSpan> spans = {Span(kMonday, 1)};
  EXPECT_THAT(BudgetEnds(WithBudget(6), spans, kMonday, Utc(2026, 3, 4)),
              ElementsAre(Utc(2026, 3, 2, 6) - seconds(30),
                          Utc(2026, 3, 3, 6) - seconds(30)));
}

TEST(BudgetEnd, WithoutABudgetThereIsNone) {
  Policy policy = WithBudget(1);
  policy.instance_hours_per_day.reset();
  EXPECT_THAT(BudgetEnds(policy, {Span(kMonday, 5)}, kMonday, Utc(2026, 3, 9)),
              IsEmpty());
}

TEST(BudgetEnd, IsToldWithTheTransitionBefore) {
  const Policy policy = WithBudget(4);
  const auto plan = PlanOf(
      policy, Schedule(policy), [](int) { return minutes(1); }, kMonday,
      Utc(2026, 3, 3));
  ASSERT_EQ(plan.size(), 3U);
  EXPECT_THAT(plan[1].reason,
              HasSubstr("the day's 4 instance-hours are spent at 2026-03-02 "
                        "10:58:30"));
  EXPECT_THAT(plan[0].reason, testing::Not(HasSubstr("spent")));
}

}  // namespace
}  // namespace prewarm
