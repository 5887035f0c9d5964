#include "warmup-controller/dashboard/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/dashboard/outlooks.h"
#include "warmup-controller/dashboard/timeline_json.h"

namespace prewarm {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr char kDaily[] = "1111111";
const Instant kNoon = Utc(2026, 3, 2, 12);

class TimelineTest : public testing::Test {
 protected:
  Timeline Of(const Policy& policy, seconds reach = hours(48)) const {
    return TimelineOf(OutlookOf(policy, model_), past_, record_, kNoon, reach);
  }
  static Policy NineToSix(int replicas = 3) {
    return PlainPolicy({Daily(kDaily, 540, 1080, replicas)});
  }
  json JsonOf(const Policy& policy, std::optional<double> price = {}) const {
    const Timeline timeline = Of(policy);
    return json::parse(TimelineJson(timeline, PlotsOf(timeline), price));
  }

  MakespanModel model_;
  PolicyRecord past_;
  TargetRecord record_;
};

TEST_F(TimelineTest, WindowsOfBothSidesOfNowAreThere) {
  const Timeline timeline = Of(NineToSix());
  // Feb 28 and Mar 1 as a whole, the one that is open, and the two to come.
  ASSERT_EQ(timeline.occasions.size(), 5U);
  EXPECT_EQ(timeline.occasions.front().opens, Utc(2026, 2, 28, 9));
  EXPECT_EQ(timeline.occasions.back().opens, Utc(2026, 3, 4, 9));
  EXPECT_EQ(timeline.occasions[2].closes, Utc(2026, 3, 2, 18));
  EXPECT_EQ(timeline.occasions[2].window, "window-0");
}

TEST_F(TimelineTest, PlanIsThatOfThePlannerFromNowOn) {
  const Timeline timeline = Of(NineToSix());
  ASSERT_EQ(timeline.plan.size(), 6U);
  EXPECT_EQ(timeline.plan[0].at, Utc(2026, 3, 2, 18));
  EXPECT_EQ(timeline.plan[1].kind, Transition::Kind::kWarmStart);
  EXPECT_EQ(timeline.plan[1].at, Utc(2026, 3, 3, 8, 59));
  EXPECT_EQ(timeline.plan_left_out, 0U);
}

TEST_F(TimelineTest, PlannedFloorsRiseALeadEarlier) {
  const Timeline timeline = Of(NineToSix(), hours(24));
  ASSERT_EQ(timeline.planned.size(), 3U);
  EXPECT_EQ(timeline.planned[0].at, kNoon);
  EXPECT_EQ(timeline.planned[0].floor, 3);
  EXPECT_EQ(timeline.planned[1].at, Utc(2026, 3, 2, 18));
  EXPECT_EQ(timeline.planned[1].floor, 0);
  EXPECT_EQ(timeline.planned[2].at, Utc(2026, 3, 3, 8, 59));
}

TEST_F(TimelineTest, SuspendedPolicyPlansNothing) {
  Policy policy = NineToSix();
  policy.suspend = true;
  const Timeline timeline = Of(policy);
  EXPECT_TRUE(timeline.plan.empty());
  EXPECT_TRUE(timeline.planned.empty());
}

TEST_F(TimelineTest, ShorterReachHasLessOfThePast) {
  past_.openings = {{kNoon - hours(20), 1, kNoon, seconds(5), false},
                    {kNoon - hours(2), 1, kNoon, seconds(5), false}};
  record_.warmups = {{kNoon - hours(30), seconds(1), "a", true, false, ""},
                     {kNoon - hours(1), seconds(1), "a", true, false, ""}};
  record_.steps = {{kNoon - hours(40), 0, 1, 0}, {kNoon - hours(5), 0, 2, 0}};
  EXPECT_EQ(Of(NineToSix()).openings.size(), 2U);
  const Timeline timeline = Of(NineToSix(), hours(3));
  EXPECT_EQ(timeline.openings.size(), 1U);
  EXPECT_EQ(timeline.record.warmups.size(), 1U);
  // What held when it began stays.
  ASSERT_EQ(timeline.record.steps.size(), 1U);
  EXPECT_EQ(timeline.record.steps[0].exist, 2);
}

TEST_F(TimelineTest, CrowdsOfWindowsAreCutAroundNowAndCounted) {
  std::vector<Window> windows;
  windows.reserve(30);
  for (int i = 0; i < 30; ++i) {
    windows.push_back(Elapsing(std::to_string(i) + " * * * *", 5));
  }
  const Timeline timeline = Of(PlainPolicy(windows));
  EXPECT_EQ(timeline.occasions.size(), kMostOccasions);
  EXPECT_GT(timeline.occasions_left_out, 2000U);
  EXPECT_LT(timeline.occasions.front().opens, kNoon);
  EXPECT_GT(timeline.occasions.back().closes, kNoon);
  EXPECT_EQ(timeline.plan.size(), kMostPlanned);
  EXPECT_GT(timeline.plan_left_out, 0U);
}

TEST_F(TimelineTest, LeadsAreOfTheNumbersThatWindowsAskFor) {
  Policy policy =
      PlainPolicy({Daily(kDaily, 0, 60, 2), Daily(kDaily, 90, 99, 8)});
  policy.lead_time = LeadTime();
  for (int i = 0; i < 10; ++i) model_.Add({2, 2, false, seconds(40), false});
  const Timeline timeline = Of(policy);
  ASSERT_EQ(timeline.leads.size(), 3U);
  EXPECT_EQ(timeline.leads[0].instances, 1);
  EXPECT_EQ(timeline.leads[1].instances, 2);
  EXPECT_EQ(timeline.leads[2].instances, 8);
  EXPECT_GE(timeline.leads[1].lead, seconds(40));
  EXPECT_GE(timeline.leads[2].lead, timeline.leads[1].lead);
  EXPECT_EQ(timeline.samples.size(), 10U);
}

TEST_F(TimelineTest, DryRunSavesNothing) {
  record_.account = {kNoon - hours(10), 10, 4};
  Policy policy = NineToSix();
  ASSERT_TRUE(Of(policy).savings.has_value());
  EXPECT_DOUBLE_EQ(Of(policy).savings->saved_hours(), 26);
  policy.dry_run = true;
  EXPECT_FALSE(Of(policy).savings.has_value());
  EXPECT_TRUE(JsonOf(policy)["savings"].is_null());
}

TEST_F(TimelineTest, JsonHasMoneyOnlyWithAPrice) {
  record_.account = {kNoon - hours(10), 10, 4};
  EXPECT_TRUE(JsonOf(NineToSix())["savings"]["savedCost"].is_null());
  const json savings = JsonOf(NineToSix(), 0.5)["savings"];
  EXPECT_DOUBLE_EQ(savings["savedCost"], 13);
  EXPECT_EQ(savings["since"], "2026-03-02T02:00:00Z");
}

TEST_F(TimelineTest, JsonTellsOutcomesOfWarmups) {
  record_.warmups = {
      {kNoon, milliseconds(2500), "a", true, false, ""},
      {kNoon, milliseconds(10), "b", true, true, ""},
      {kNoon, milliseconds(900), "c", false, false, "HTTP 500 \xff"}};
  const json warmups = JsonOf(NineToSix())["warmups"];
  EXPECT_EQ(warmups[0]["outcome"], "verified");
  EXPECT_EQ(warmups[0]["began"], "2026-03-02T11:59:58Z");
  EXPECT_DOUBLE_EQ(warmups[0]["seconds"], 2.5);
  EXPECT_EQ(warmups[1]["outcome"], "already_warm");
  EXPECT_EQ(warmups[2]["outcome"], "failed");
  EXPECT_THAT(warmups[2]["error"].get<std::string>(), HasSubstr("HTTP 500"));
}

TEST_F(TimelineTest, PlotsHoldNothingThatAnAuthorWrote) {
  Policy policy = NineToSix();
  policy.name = policy.target.name = "<script>";
  policy.windows[0].name = "<script>";
  record_.warmups = {
      {kNoon, milliseconds(9), "<script>", false, false, "<script>"}};
  const TimelinePlots plots = PlotsOf(Of(policy));
  for (const std::string& plot :
       {plots.instances, plots.lateness, plots.warmups, plots.leads}) {
    EXPECT_THAT(plot, Not(HasSubstr("script")));
    EXPECT_THAT(plot, HasSubstr("</svg>"));
    EXPECT_THAT(plot, Not(HasSubstr("nan")));
  }
}

TEST_F(TimelineTest, PlotsTellLateFromPunctualByShape) {
  past_.openings = {{kNoon - hours(20), 1, kNoon, seconds(5), false},
                    {kNoon - hours(2), 1, kNoon, -seconds(7), false}};
  record_.warmups = {{kNoon, milliseconds(9), "a", true, false, ""},
                     {kNoon, milliseconds(9), "a", false, false, "x"}};
  model_.Add({1, 1, false, seconds(4), false});
  model_.Add({1, 1, false, seconds(9), true});
  const TimelinePlots plots = PlotsOf(Of(NineToSix()));
  for (const std::string& plot : {plots.lateness, plots.warmups, plots.leads}) {
    EXPECT_THAT(plot, HasSubstr("<circle class=\"in-time\""));
    EXPECT_THAT(plot, HasSubstr("<path class=\"late\""));
  }
}

TEST_F(TimelineTest, NothingIsDrawnOfTheTimeBeforeTheRecord) {
  record_.steps_since = kNoon;
  record_.steps = {{kNoon - hours(40), 0, 1, 0}};
  // The middle of the plot is now.
  EXPECT_THAT(PlotsOf(Of(NineToSix())).instances,
              HasSubstr("<path class=\"exist\" d=\"M500.0"));
}

TEST_F(TimelineTest, NothingIsDrawnOfTheTimeInWhichNobodyLooked) {
  record_.steps = {{kNoon - hours(24), 0, 1, 0, true},
                   {kNoon - hours(12), 0, 0, 0, false},
                   {kNoon - hours(6), 0, 1, 0, true}};
  const std::string plot = PlotsOf(Of(NineToSix(), hours(24))).instances;
  const std::string_view exist = "<path class=\"exist\"";
  const std::size_t first = plot.find(exist);
  ASSERT_NE(first, std::string::npos);
  EXPECT_NE(plot.find(exist, first + 1), std::string::npos);
  EXPECT_THAT(plot, HasSubstr("<rect class=\"unseen\""));
  const json counts = JsonOf(NineToSix())["counts"];
  ASSERT_EQ(counts.size(), 3U);
  EXPECT_TRUE(counts[1]["current"].is_null());
  EXPECT_EQ(counts[2]["current"], 1);
}

}  // namespace
}  // namespace prewarm
