#include "warmup-controller/simulate/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/unit/schedule/plan.h"
#include "warmup-controller/simulate/report_words.h"
#include "warmup-controller/simulate/timeline.h"

namespace prewarm {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Moment kBegin = MomentOf(Utc(2026, 3, 2));

class ReportTest : public testing::Test {
 protected:
  ReportTest() {
    policy_ = PolicyOf("UTC", {Daily("1111111", 540, 1080)});
    for (int i = 0; i < 200; ++i) arrivals_.push_back(kBegin + i * kHour / 2);
    ScenarioOptions options;
    options.price_per_instance_hour = 2;
    traffic_ = {
        "shop/<hours>", "a & \"b\".csv", kBegin, kBegin + 100 * kHour, 0.5, 7,
        "1s",           "60s",           2};
    scenarios_ = RunScenarios(policy_, Schedule(policy_), options, arrivals_,
                              traffic_.begin, traffic_.end);
  }

  Policy policy_;
  std::vector<Moment> arrivals_;
  SimulatedTraffic traffic_;
  std::vector<Scenario> scenarios_;
};

TEST_F(ReportTest, JsonHasEveryScenarioAndItsNumbers) {
  const json report = json::parse(SimulationJson(traffic_, scenarios_));
  ASSERT_EQ(report["scenarios"].size(), 8U);
  const json& policy = report["scenarios"][0];
  EXPECT_EQ(policy["name"], "policy");
  EXPECT_EQ(policy["requests"], 200);
  EXPECT_EQ(policy["openings"], 4);
  EXPECT_EQ(policy["cold_requests"], scenarios_[0].cold_requests);
  for (const char* quantile : {"p50", "p95", "p99", "max"}) {
    EXPECT_TRUE(policy["wait_seconds"][quantile].is_number()) << quantile;
  }
  EXPECT_DOUBLE_EQ(policy["cost"], 2 * policy["instance_hours"].get<double>());
  EXPECT_FALSE(report["scenarios"][1].contains("openings"));
  EXPECT_EQ(report["traffic"]["seed"], 7);
}

TEST_F(ReportTest, TableFitsEightyColumns) {
  const std::string table = SimulationTable(traffic_, scenarios_);
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80U) << line;
    EXPECT_TRUE(line.empty() || line.back() != ' ') << line;
  }
  EXPECT_THAT(table, HasSubstr("\nhybrid_histogram "));
  EXPECT_THAT(table, HasSubstr("openings of windows were warm in time.\n"));
}

TEST_F(ReportTest, PageIsWholeAndLoadsNothing) {
  const std::string page = SimulationHtml(traffic_, scenarios_, arrivals_);
  EXPECT_THAT(page, HasSubstr("shop/&lt;hours&gt;"));
  EXPECT_THAT(page, HasSubstr("a &amp; &quot;b&quot;.csv"));
  for (const char* never : {"<script", "http:", "https:", "src=", "<link"}) {
    EXPECT_THAT(page, Not(HasSubstr(never)));
  }
  std::size_t plots = 0;
  for (std::size_t at = 0; (at = page.find("<svg", at)) != std::string::npos;
       ++at) {
    ++plots;
  }
  EXPECT_EQ(plots, 5U);
}

TEST_F(ReportTest, PageOfATraceWithoutRequestsInItsPartIsAPage) {
  scenarios_ = RunScenarios(policy_, Schedule(policy_), {}, {}, traffic_.begin,
                            traffic_.end);
  const std::string page = SimulationHtml(traffic_, scenarios_, {});
  EXPECT_THAT(page, Not(HasSubstr("nan")));
  EXPECT_THAT(page, Not(HasSubstr("inf ")));
  EXPECT_THAT(page, Not(HasSubstr("100.0 %</b>")));
  EXPECT_THAT(page, HasSubstr("<b>none</b>"));
}

TEST_F(ReportTest, PageTellsStartingWarmAndWorkingInstancesApart) {
  const std::string page = SimulationHtml(traffic_, scenarios_, arrivals_);
  for (const char* area : {"starting", "exist", "busy"}) {
    const std::string named = "class=\"" + std::string(area) + "\"";
    EXPECT_THAT(page, HasSubstr("<path " + named)) << area;
    EXPECT_THAT(page, HasSubstr("<i " + named)) << area;
  }
}

TEST(ReportWords, NumbersAndTimesAreWrittenAsTheyAreSpoken) {
  EXPECT_EQ(Requests(1), "1 request");
  EXPECT_EQ(Requests(0), "0 requests");
  EXPECT_EQ(Length(0, Moment{55} * 24 * kHour), "55.0 days");
  EXPECT_EQ(Length(0, 30 * kHour), "30.0 hours");
  EXPECT_EQ(Length(0, 3 * kMinute), "3 minutes");
  EXPECT_EQ(Length(0, 1), "0 seconds");
  EXPECT_EQ(InTime({0, 0}), "No window opened in this time.");
  EXPECT_EQ(InTime({1, 0}),
            "The one opening of a window was not warm in time.");
  EXPECT_EQ(InTime({5, 4}), "4 of 5 openings of windows were warm in time.");
}

TEST(Timeline, InstancesAreAveragedOverEachPart) {
  const std::vector<FleetResult::Count> counts = {
      {0, 0}, {5 * kHour, 2}, {6 * kHour, 1}, {7 * kHour, 0}};
  EXPECT_THAT(InstancesOver(counts, 0, 8 * kHour, 4),
              ElementsAre(0, 0, testing::DoubleNear(1, 1e-6),
                          testing::DoubleNear(0.5, 1e-6)));
}

TEST(Timeline, ThoseThatStartAreNotWarm) {
  const std::vector<FleetResult::Count> counts = {{0, 2, 0}, {kHour, 2, 1}};
  EXPECT_THAT(InstancesOver(counts, 0, 2 * kHour, 2), ElementsAre(2, 2));
  EXPECT_THAT(InstancesOver(counts, 0, 2 * kHour, 2, &FleetResult::Count::warm),
              ElementsAre(0, 1));
}

TEST(Timeline, RequestsAreCountedInTheirPart) {
  EXPECT_THAT(
      RequestsOver({0, kHour - 1, kHour, 4 * kHour - 1}, 0, 4 * kHour, 4),
      ElementsAre(2, 1, 0, 1));
}

}  // namespace
}  // namespace prewarm
