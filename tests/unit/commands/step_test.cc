#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "tests/unit/schedule/plan.h"
#include "warmup-controller/commands/step_desk.h"
#include "warmup-controller/commands/step_log.h"

namespace prewarm {
namespace {

using nlohmann::json;

TEST(StepDesk, AllWhoAskMeanwhileGetOneAnswer) {
  StepDesk desk;
  std::vector<std::string> got;
  const auto take = [&got](const Result<std::string>& answer) {
    got.push_back(answer.ok() ? *answer : answer.error().message);
  };
  desk.Ask(take);
  EXPECT_TRUE(desk.Await());
  // The pass is under way.
  desk.Ask(take);
  EXPECT_TRUE(got.empty());
  desk.Answer("{}");
  EXPECT_EQ(got, (std::vector<std::string>{"{}", "{}"}));
}

TEST(StepDesk, WhoComesAfterTheEndIsTold) {
  StepDesk desk;
  std::optional<Result<std::string>> waits;
  std::optional<Result<std::string>> late;
  desk.Ask([&waits](const Result<std::string>& answer) { waits = answer; });
  desk.Close();
  EXPECT_FALSE(desk.Await());
  desk.Ask([&late](const Result<std::string>& answer) { late = answer; });
  EXPECT_EQ(waits->error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(late->error().retry_after_seconds, 1);
}

TEST(StepDesk, ServerWaitsUntilSomebodyAsks) {
  StepDesk desk;
  std::string got;
  std::thread server([&desk] {
    while (desk.Await()) desk.Answer("done");
  });
  desk.Ask([&](const Result<std::string>& answer) {
    got = *answer;
    desk.Close();
  });
  server.join();
  EXPECT_EQ(got, "done");
}

PolicyStatus PolicyAt(std::optional<Instant> transition,
                      std::optional<Instant> warm_start) {
  PolicyStatus policy;
  policy.namespace_name = "shop";
  policy.name = "hours";
  policy.next_transition = transition;
  policy.next_warm_start = warm_start;
  return policy;
}

TEST(StepJson, NextIsTheFirstThingThatAPolicyAsksFor) {
  ControllerStatus status;
  status.at = Utc(2026, 3, 2, 8);
  status.policies.push_back(std::make_shared<PolicyStatus>(
      PolicyAt(Utc(2026, 3, 2, 9), Utc(2026, 3, 2, 7))));
  status.policies.push_back(std::make_shared<PolicyStatus>(
      PolicyAt(Utc(2026, 3, 2, 10), Utc(2026, 3, 2, 8, 30))));
  StepReport report;
  report.at = status.at;
  EXPECT_EQ(json::parse(StepJson(report, status))["next"],
            "2026-03-02T08:30:00Z");
  EXPECT_TRUE(json::parse(StepJson(report, {}))["next"].is_null());
}

TEST(StepLog, TellsWhatHasHappenedSinceTheLastTime) {
  ControllerMetrics metrics;
  StepLog log(&metrics);
  const TargetKey target{"shop", "CloudRunService", "server"};
  log.FloorWritten(target, {"FloorRaised", "min: 0 -> 2"});
  log.TroubleChanged(target, "no");
  log.TroubleChanged(target, "");
  log.Noted(target, "a dry run");
  log.Sampled("new");
  log.Sampled("seen");
  log.Sampled("failed");
  log.Sampled("seen");
  StepReport report;
  log.Take(&report);
  const json told = json::parse(StepJson(report, {}));
  EXPECT_EQ(told["done"], json::parse(R"([
    {"event":"floor_written","target":"shop/server",
     "message":"FloorRaised: min: 0 -> 2"},
    {"event":"trouble","target":"shop/server","message":"no"},
    {"event":"trouble_over","target":"shop/server","message":""},
    {"event":"target","target":"shop/server","message":"a dry run"}])"));
  EXPECT_EQ(told["samples"], json::parse(R"({"new":1,"seen":2,"failed":1})"));
  log.Take(&report);
  EXPECT_TRUE(report.done.empty());
  EXPECT_EQ(report.samples.fresh, 0U);
}

TEST(StepLog, HundredEventsAreEnough) {
  ControllerMetrics metrics;
  StepLog log(&metrics);
  for (int i = 0; i < 150; ++i) log.Noted({"shop", "k", "s"}, "again");
  StepReport report;
  log.Take(&report);
  EXPECT_EQ(report.done.size(), 100U);
}

}  // namespace
}  // namespace prewarm
