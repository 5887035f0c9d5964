#include "warmup-controller/decide/pre_warming.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace prewarm {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

Instant Minute(int minute) { return Instant(minutes(minute)); }

struct Step {
  int minute;
  int floor;
};

std::vector<Demand> Demands(const std::vector<Step>& steps) {
  std::vector<Demand> demands;
  for (const Step& step : steps) {
    Demand demand;
    demand.begin = Minute(step.minute);
    demand.floor = step.floor;
    demands.push_back(demand);
  }
  return demands;
}

// Two minutes an instance, unless told otherwise.
PreWarmRules Rules(int keep_alive_minutes = 0) {
  PreWarmRules rules;
  rules.lead = [](int instances) { return minutes(2 * instances); };
  rules.keep_alive = minutes(keep_alive_minutes);
  rules.bridge = seconds(0);
  return rules;
}

// "54 warm 3; 60 on 3; 120 on 0": minute, why and how many, of each span.
std::string Spans(const std::vector<FloorSpan>& spans) {
  const char* names[] = {"on", "bridge", "warm", "keep"};
  std::string text;
  for (const FloorSpan& span : spans) {
    const auto since = span.begin.time_since_epoch();
    text += (text.empty() ? "" : "; ") +
            std::to_string(std::chrono::duration_cast<minutes>(since).count()) +
            " " + names[static_cast<int>(span.hold)] + " " +
            std::to_string(span.floor);
  }
  return text;
}

TEST(PreWarm, InstancesStartTheirLeadBeforeTheWindowOpens) {
  EXPECT_EQ(Spans(PreWarm(Demands({{0, 0}, {60, 3}, {120, 0}}), Rules())),
            "0 on 0; 54 warm 3; 60 on 3; 120 on 0");
}

TEST(PreWarm, NothingAskedForIsNothing) {
  EXPECT_EQ(Spans(PreWarm(Demands({{0, 0}}), Rules())), "0 on 0");
  EXPECT_TRUE(PreWarm({}, Rules()).empty());
}

TEST(PreWarm, LeadIsThatOfTheInstancesThatAreMissing) {
  EXPECT_EQ(Spans(PreWarm(Demands({{0, 2}, {60, 3}}), Rules())),
            "0 on 2; 58 warm 3; 60 on 3");
}

TEST(PreWarm, RiseSoonAfterARiseLeavesTimeForBoth) {
  // Eight minutes before 62 there is nothing yet: not two but four are missing.
  EXPECT_EQ(Spans(PreWarm(Demands({{0, 0}, {60, 2}, {62, 4}}), Rules())),
            "0 on 0; 54 warm 4; 62 on 4");
}

TEST(PreWarm, NoLeadMeansNoWarmStart) {
  PreWarmRules rules = Rules();
  rules.lead = [](int) { return seconds(0); };
  EXPECT_EQ(Spans(PreWarm(Demands({{0, 0}, {60, 3}}), rules)),
            "0 on 0; 60 on 3");
}

TEST(PreWarm, WarmStartBeforeTheRangeHasBegunAlready) {
  EXPECT_EQ(Spans(PreWarm(Demands({{58, 0}, {60, 3}}), Rules())),
            "58 warm 3; 60 on 3");
}

TEST(PreWarm, FloorStaysForTheKeepAliveAfterAWindow) {
  EXPECT_EQ(Spans(PreWarm(Demands({{0, 3}, {60, 1}}), Rules(5))),
            "0 on 3; 60 keep 3; 65 on 1");
}

TEST(PreWarm, KeepAliveOfTheGreatestOutlivesSmallerOnes) {
  EXPECT_EQ(Spans(PreWarm(Demands({{0, 8}, {60, 3}, {61, 0}}), Rules(5))),
            "0 on 8; 60 keep 8; 65 keep 3; 66 on 0");
}

TEST(PreWarm, GapUpToTheDeclaredOneIsBridged) {
  PreWarmRules rules = Rules(1);
  rules.bridge = minutes(30);
  EXPECT_EQ(Spans(PreWarm(Demands({{0, 3}, {60, 0}, {90, 3}}), rules)),
            "0 on 3; 60 bridge 3; 90 on 3");
  EXPECT_EQ(Spans(PreWarm(Demands({{0, 3}, {60, 0}, {91, 3}}), rules)),
            "0 on 3; 60 keep 3; 61 on 0; 85 warm 3; 91 on 3");
}

TEST(PreWarm, BridgeKeepsNoMoreThanBothSidesAskFor) {
  PreWarmRules rules = Rules();
  rules.bridge = minutes(30);
  EXPECT_EQ(Spans(PreWarm(Demands({{0, 5}, {60, 0}, {80, 2}, {99, 0}}), rules)),
            "0 on 5; 60 bridge 2; 80 on 2; 99 on 0");
  EXPECT_EQ(Spans(PreWarm(Demands({{0, 2}, {60, 0}, {80, 5}}), rules)),
            "0 on 2; 60 bridge 2; 70 warm 5; 80 on 5");
}

TEST(PreWarm, AutomaticBridgeEndsWhereANewStartIsCheaper) {
  PreWarmRules rules = Rules(2);
  rules.bridge.reset();
  // Keep-alive 2, to stop 0.5, to start 6: 8.5 minutes cost the same.
  EXPECT_EQ(Spans(PreWarm(Demands({{0, 3}, {60, 0}, {68, 3}}), rules)),
            "0 on 3; 60 bridge 3; 68 on 3");
  EXPECT_EQ(Spans(PreWarm(Demands({{0, 3}, {60, 0}, {69, 3}}), rules)),
            "0 on 3; 60 keep 3; 62 on 0; 63 warm 3; 69 on 3");
}

TEST(PreWarm, DemandOfNowExplainsAFloorBeforeWhatIsHeld) {
  const auto spans =
      PreWarm(Demands({{0, 3}, {60, 0}, {61, 3}, {70, 0}}), Rules(5));
  EXPECT_EQ(Spans(spans), "0 on 3; 60 warm 3; 61 on 3; 70 keep 3; 75 on 0");
  EXPECT_EQ(spans[1].demand, 2U);
  EXPECT_EQ(spans[3].demand, 2U);
}

// Any demand: the floor is the least that keeps all promises, by definition.
TEST(PreWarm, IsTheLeastFloorThatKeepsAllPromises) {
  std::mt19937 random(3);
  for (int round = 0; round < 500; ++round) {
    std::vector<Step> steps = {{0, static_cast<int>(random() % 4)}};
    while (steps.back().minute < 90) {
      steps.push_back(
          {steps.back().minute + 1 + static_cast<int>(random() % 12),
           static_cast<int>(random() % 4)});
    }
    const PreWarmRules rules = Rules(static_cast<int>(random() % 5));
    const auto demands = Demands(steps);
    const auto spans = PreWarm(demands, rules);
    const auto demand = [&](int minute) {
      int floor = 0;
      for (const Step& step : steps) {
        if (step.minute <= minute) floor = step.floor;
      }
      return floor;
    };
    for (int minute = 0; minute < 90; ++minute) {
      int expected = demand(minute);
      // Kept: what was asked for less than the keep-alive ago.
      for (int back = 1; back <= rules.keep_alive / minutes(1); ++back) {
        if (minute - back >= 0) {
          expected = std::max(expected, demand(minute - back));
        }
      }
      // Started: a rise whose lead, of all that are missing within it, reaches
      // back to here.
      for (std::size_t i = 1; i < steps.size(); ++i) {
        if (steps[i].floor <= steps[i - 1].floor) continue;
        if (steps[i].minute <= minute) continue;
        int lead = 0;
        for (int need = 1; need <= steps[i].floor; ++need) {
          // `need` are missing if the floor is that much lower within the lead
          // of fewer.
          for (int back = 1; back <= std::max(lead, 1); ++back) {
            const int at = steps[i].minute - back;
            if (at >= 0 && steps[i].floor - demand(at) >= need) {
              lead = std::max(lead, 2 * need);
            }
          }
        }
        if (minute >= steps[i].minute - lead) {
          expected = std::max(expected, steps[i].floor);
        }
      }
      int floor = -1;
      for (const FloorSpan& span : spans) {
        if (span.begin <= Minute(minute)) floor = span.floor;
      }
      ASSERT_EQ(floor, expected) << "round " << round << " minute " << minute;
    }
  }
}

}  // namespace
}  // namespace prewarm
