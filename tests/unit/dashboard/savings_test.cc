#include "warmup-controller/dashboard/savings.h"

#include <gtest/gtest.h>

#include "tests/unit/dashboard/outlooks.h"
#include "tests/unit/report/statuses.h"
#include "warmup-controller/dashboard/summary.h"
#include "warmup-controller/decide/demand.h"

namespace prewarm {
namespace {

constexpr char kServer[] = "shop/Deployment/server";

std::shared_ptr<const Outlook> Shared(const Policy& policy) {
  return std::make_shared<const Outlook>(OutlookOf(policy));
}

TEST(Savings, AreAlwaysOnLessWhatWasSpent) {
  const Savings savings = SavingsOf({kThen, 10, 12}, 3);
  EXPECT_DOUBLE_EQ(savings.always_on_hours, 30);
  EXPECT_DOUBLE_EQ(savings.saved_hours(), 18);
}

TEST(Savings, InstancesBeyondAlwaysOnCountAgainstThem) {
  EXPECT_DOUBLE_EQ(SavingsOf({kThen, 2, 5}, 1).saved_hours(), -3);
}

TEST(Savings, AlwaysOnIsTheMostThatIsEverAskedFor) {
  Policy policy =
      PlainPolicy({Daily("1111111", 0, 60, 2), Daily("1111111", 60, 120, 5)});
  EXPECT_EQ(MostAsked(policy), 5);
  policy.min_replicas = 7;
  EXPECT_EQ(MostAsked(policy), 7);
  policy.override_floor = Override{20, kThen};
  EXPECT_EQ(MostAsked(policy), 7);
  EXPECT_EQ(MostAsked(PlainPolicy({})), 1);
}

TEST(Savings, OfOneTargetThePolicyThatAsksForTheMostIsMeasured) {
  Policy more = PlainPolicy({Daily("1111111", 0, 60, 4)});
  more.name = "more";
  const OutlookBoard::Outlooks outlooks = {
      {"shop/hours", Shared(PlainPolicy({Daily("1111111", 0, 60, 2)}))},
      {"shop/more", Shared(more)}};
  const Savings total = TotalSavings({{kServer, {kThen, 10, 8}}}, outlooks);
  EXPECT_EQ(total.always_on, 4);
  EXPECT_DOUBLE_EQ(total.saved_hours(), 32);
}

TEST(Savings, DryRunsAndTargetsOfNobodySaveNothing) {
  Policy dry = PlainPolicy({Daily("1111111", 0, 60, 2)});
  dry.dry_run = true;
  const std::map<std::string, Account> accounts = {
      {kServer, {kThen, 10, 8}}, {"shop/Deployment/other", {kThen, 5, 5}}};
  const Savings total = TotalSavings(accounts, {{"shop/hours", Shared(dry)}});
  EXPECT_EQ(total.always_on, 0);
  EXPECT_DOUBLE_EQ(total.saved_hours(), 0);
}

TEST(Summary, CountsInstancesAndTroubles) {
  ControllerStatus status;
  status.at = kThen;
  PolicyStatus ill = APolicy("shop", "ill");
  ill.conditions = {{"Degraded", true, "NoAnswer", "", std::nullopt}};
  PolicyStatus well = APolicy("shop", "well");
  well.conditions = {{"Degraded", false, "AsExpected", "", std::nullopt}};
  AddPolicy(ill, &status);
  AddPolicy(well, &status);
  PolicyStatus asleep = ill;
  asleep.name = "asleep";
  asleep.suspend = true;
  AddPolicy(asleep, &status);
  for (const char* name : {"a", "b"}) {
    TargetStatus target = ATarget("shop", name);
    target.desired = 3;
    target.current = 2;
    target.warm = 1;
    AddTarget(target, &status);
  }
  const Summary summary = SummaryOf(
      status,
      {{"a", {kThen, 0, 0}}, {"b", {kThen - std::chrono::hours(1), 0, 0}}}, {});
  EXPECT_EQ(summary.policies, 3U);
  EXPECT_EQ(summary.degraded, 1U);
  EXPECT_EQ(summary.targets, 2U);
  EXPECT_EQ(summary.desired, 6);
  EXPECT_EQ(summary.current, 4);
  EXPECT_EQ(summary.warm, 2);
  EXPECT_EQ(summary.since, kThen - std::chrono::hours(1));
}

TEST(Summary, OfNothingHasNoBegin) {
  const Summary summary = SummaryOf({}, {}, {});
  EXPECT_FALSE(summary.since.has_value());
  EXPECT_DOUBLE_EQ(summary.savings.saved_hours(), 0);
}

}  // namespace
}  // namespace prewarm
