#include "warmup-controller/plan/transition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/schedule/plan.h"
#include "warmup-controller/calendar/instant_text.h"

namespace prewarm {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

constexpr char kDaily[] = "1111111";

Policy Shop(std::vector<Window> windows, const std::string& zone = "UTC") {
  Policy policy = PolicyOf(zone, std::move(windows));
  const char* names[] = {"a", "b", "c"};
  for (std::size_t i = 0; i < policy.windows.size(); ++i) {
    policy.windows[i].name = names[i];
  }
  policy.name = "shop";
  policy.max_replicas = 10;
  return policy;
}

std::vector<Transition> Planned(const Policy& policy, Instant from,
                                Instant until) {
  return PlanOf(
      policy, Schedule(policy),
      [](int instances) { return minutes(instances); }, from, until);
}

// "08:57 warm_start 0>3 [a]", a line each.
std::string Lines(const std::vector<Transition>& transitions) {
  std::string text;
  for (const Transition& each : transitions) {
    text += DateAndTime(each.at).substr(11, 5) + " " + KindName(each.kind) +
            " " + std::to_string(each.previous) + ">" +
            std::to_string(each.replicas) + " [";
    for (const std::string& window : each.windows) text += window;
    text += "]\n";
  }
  return text;
}

std::string Day(const Policy& policy) {
  return Lines(Planned(policy, Utc(2026, 3, 2), Utc(2026, 3, 3)));
}

TEST(Plan, WindowIsAWarmStartAnOpeningAndAClose) {
  EXPECT_EQ(Day(Shop({Daily(kDaily, 540, 1080, 3)})),
            "08:57 warm_start 0>3 [a]\n"
            "09:00 open 0>3 [a]\n"
            "18:00 close 3>0 []\n");
}

TEST(Plan, SaysWhyInWords) {
  const auto plan = Planned(Shop({Daily(kDaily, 540, 1080, 3)}),
                            Utc(2026, 3, 2), Utc(2026, 3, 3));
  ASSERT_EQ(plan.size(), 3U);
  EXPECT_EQ(plan[0].policy, "default/shop");
  EXPECT_EQ(plan[0].reason,
            "a opens at 2026-03-02 09:00:00; 3 instances get a lead of 3m");
  EXPECT_EQ(plan[0].until, Utc(2026, 3, 2, 9));
  EXPECT_EQ(plan[1].reason, "a opens");
  EXPECT_EQ(plan[1].until, Utc(2026, 3, 2, 18));
  EXPECT_EQ(plan[2].reason,
            "a closes; 3 instances stay until 2026-03-02 18:02:00, "
            "scaleDown.delay 2m");
}

TEST(Plan, FromWithinAWindowListsWhatChangesAlone) {
  const Policy policy = Shop({Daily(kDaily, 540, 1080, 3)});
  EXPECT_EQ(Lines(Planned(policy, Utc(2026, 3, 2, 10), Utc(2026, 3, 3))),
            "18:00 close 3>0 []\n");
  EXPECT_EQ(Lines(Planned(policy, Utc(2026, 3, 2, 8, 58), Utc(2026, 3, 2, 18))),
            "09:00 open 0>3 [a]\n");
  EXPECT_EQ(Lines(Planned(policy, Utc(2026, 3, 2, 9), Utc(2026, 3, 2, 18))),
            "09:00 open 0>3 [a]\n");
}

TEST(Plan, WarmStartOfAWindowThatOpensAfterTheEndIsThere) {
  const Policy policy = Shop({Daily(kDaily, 540, 1080, 3)});
  EXPECT_EQ(Lines(Planned(policy, Utc(2026, 3, 2), Utc(2026, 3, 2, 8, 58))),
            "08:57 warm_start 0>3 [a]\n");
}

TEST(Plan, OverlappingWindowsSayWhichOneAsksForMost) {
  Policy policy =
      Shop({Daily(kDaily, 540, 1080, 3), Daily(kDaily, 600, 660, 8)});
  policy.scale_down.delay = seconds(0);
  EXPECT_EQ(Day(policy),
            "08:57 warm_start 0>3 [a]\n"
            "09:00 open 0>3 [a]\n"
            "09:55 warm_start 3>8 [ab]\n"
            "10:00 open 3>8 [ab]\n"
            "11:00 close 8>3 [a]\n"
            "18:00 close 3>0 []\n");
  const auto plan = Planned(policy, Utc(2026, 3, 2), Utc(2026, 3, 3));
  EXPECT_EQ(plan[4].reason, "b closes; a asks for 3");
}

TEST(Plan, SmallerWindowThatOpensChangesNoFloor) {
  const auto plan =
      Planned(Shop({Daily(kDaily, 540, 1080, 3), Daily(kDaily, 600, 660, 1)}),
              Utc(2026, 3, 2, 9, 30), Utc(2026, 3, 2, 10, 30));
  EXPECT_EQ(Lines(plan), "10:00 open 3>3 [ab]\n");
  EXPECT_EQ(plan[0].reason, "b opens; a asks for 3");
}

TEST(Plan, BridgedGapNeedsNoNewStart) {
  const Policy policy =
      Shop({Daily(kDaily, 540, 600, 3), Daily(kDaily, 604, 660, 3)});
  EXPECT_EQ(Day(policy),
            "08:57 warm_start 0>3 [a]\n"
            "09:00 open 0>3 [a]\n"
            "10:00 close 3>0 []\n"
            "10:04 open 0>3 [b]\n"
            "11:00 close 3>0 []\n");
  const auto plan = Planned(policy, Utc(2026, 3, 2), Utc(2026, 3, 3));
  EXPECT_EQ(plan[2].reason,
            "a closes; 3 instances stay until 2026-03-02 10:04:00, when b "
            "opens: that costs less than to start anew");
}

TEST(Plan, OverrideEndsInWhatIsAskedForThen) {
  Policy policy = Shop({Daily(kDaily, 540, 1080, 3)});
  policy.override_floor = Override{0, Utc(2026, 3, 2, 12)};
  const auto plan = Planned(policy, Utc(2026, 3, 2), Utc(2026, 3, 3));
  EXPECT_EQ(Lines(plan),
            "09:00 open 0>0 [a]\n"
            "11:57 warm_start 0>3 [a]\n"
            "12:00 open 0>3 [a]\n"
            "18:00 close 3>0 []\n");
  EXPECT_EQ(plan[0].reason, "a opens; the override asks for 0");
  EXPECT_EQ(plan[2].reason, "the override ends; a asks for 3");
}

TEST(Plan, SuspendedPolicyDoesNothing) {
  Policy policy = Shop({Daily(kDaily, 540, 1080, 3)});
  policy.suspend = true;
  EXPECT_EQ(Day(policy), "");
}

TEST(Plan, FixedLeadSaysSo) {
  Policy policy = Shop({Daily(kDaily, 540, 1080, 1)});
  policy.lead_time.mode = LeadTime::Mode::kFixed;
  const auto plan = Planned(policy, Utc(2026, 3, 2), Utc(2026, 3, 3));
  EXPECT_THAT(plan[0].reason,
              AllOf(HasSubstr("1 instance gets"), HasSubstr("leadTime.fixed")));
}

TEST(Plan, WindowOnTheDayOfAChangeOpensByItsWallClock) {
  const Policy policy = Shop({Daily(kDaily, 540, 1080, 1)}, "Europe/Berlin");
  EXPECT_EQ(Lines(Planned(policy, Utc(2026, 3, 28), Utc(2026, 3, 30))),
            "07:59 warm_start 0>1 [a]\n"
            "08:00 open 0>1 [a]\n"
            "17:00 close 1>0 []\n"
            "06:59 warm_start 0>1 [a]\n"
            "07:00 open 0>1 [a]\n"
            "16:00 close 1>0 []\n");
}

// However the range is cut, the parts say what the whole does.
TEST(Plan, OfTwoHalvesIsThePlanOfTheWhole) {
  std::mt19937 random(11);
  for (int round = 0; round < 100; ++round) {
    std::vector<Window> windows;
    windows.reserve(3);
    for (int i = 0; i < 3; ++i) {
      windows.push_back(Daily(kDaily, static_cast<int>(random() % 1440),
                              1 + static_cast<int>(random() % 1440),
                              1 + static_cast<int>(random() % 9)));
    }
    Policy policy = Shop(std::move(windows));
    policy.scale_down.delay = minutes(random() % 10);
    if (round % 2 == 0) {
      policy.scale_down.keep_if_next_window_within = minutes(random() % 300);
    }
    const Instant from = Utc(2026, 3, 2);
    const Instant until = Utc(2026, 3, 5);
    const Instant middle = from + minutes(random() % (72UL * 60));
    const std::string whole = Lines(Planned(policy, from, until));
    EXPECT_EQ(Lines(Planned(policy, from, middle)) +
                  Lines(Planned(policy, middle, until)),
              whole)
        << "round " << round;
  }
}

}  // namespace
}  // namespace prewarm
