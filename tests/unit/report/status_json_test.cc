#include "warmup-controller/report/status_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/unit/report/statuses.h"

namespace prewarm {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

json Visible(const TargetStatus& target) {
  return json::parse(TargetStatusJson(target, TargetDetail::kForVisitors));
}

json Page(const ControllerStatus& status, std::size_t limit,
          const std::string& after = "") {
  const auto text = PolicyListJson(status, {limit, after, ""});
  EXPECT_TRUE(text.ok());
  return json::parse(text.value());
}

std::vector<std::string> Names(const json& page) {
  std::vector<std::string> names;
  for (const json& item : page["items"]) {
    names.push_back(item["namespace"].get<std::string>() + "/" +
                    item["name"].get<std::string>());
  }
  return names;
}

TEST(PolicyStatusJson, SaysWhatIsKnownInCamelCase) {
  PolicyStatus policy = APolicy("shop", "hours");
  policy.desired = 3;
  policy.written = 2;
  policy.current = 2;
  policy.warm = 1;
  policy.cause = "window";
  policy.reason = "weekdays is open";
  policy.active = {{"weekdays", kThen, kThen + seconds(60)}, {"all", {}, {}}};
  policy.next_transition = kThen + seconds(60);
  policy.lead = seconds(61);
  policy.lead_samples = 9;
  policy.last_opening = OpeningStatus{kThen, 3, kThen + seconds(5), seconds(-5),
                                      /*missed=*/false};
  policy.instance_hours = 1.5;
  policy.instance_hours_per_day = 12;
  policy.intent = IntentStatus{4, 1, seconds(90), 0.25, milliseconds(38500)};
  policy.conditions = {{"Active", true, "WindowOpen", "", kThen},
                       {"Warm", false, "Warming", "1 of 3", {}}};
  EXPECT_EQ(json::parse(PolicyStatusJson(policy)), json::parse(R"({
    "namespace": "shop", "name": "hours",
    "target": {"kind": "Deployment", "name": "server"},
    "suspend": false, "dryRun": false,
    "desired": 3, "written": 2, "current": 2, "warm": 1,
    "cause": "window", "reason": "weekdays is open",
    "causeSince": "2026-03-29T01:00:00Z",
    "activeWindows": [
      {"name": "weekdays", "opens": "2026-03-29T01:00:00Z",
       "closes": "2026-03-29T01:01:00Z"},
      {"name": "all", "opens": null, "closes": null}],
    "nextTransition": "2026-03-29T01:01:00Z", "nextWarmStart": null,
    "leadTime": {"seconds": 61, "samples": 9},
    "lastOpening": {"due": "2026-03-29T01:00:00Z", "asked": 3,
                    "warmAt": "2026-03-29T01:00:05Z", "warmSecondsBefore": -5,
                    "missed": false},
    "instanceHours": 1.5, "instanceHoursPerDay": 12.0,
    "intent": {"visitors": 4, "instances": 1, "ttlSeconds": 90,
               "conversion": 0.25, "thinkSeconds": 38.5},
    "conditions": [
      {"type": "Active", "status": "True", "reason": "WindowOpen",
       "message": "", "lastTransitionTime": "2026-03-29T01:00:00Z"},
      {"type": "Warm", "status": "False", "reason": "Warming",
       "message": "1 of 3"}]})"));
}

TEST(PolicyStatusJson, WhatIsNotKnownIsNull) {
  const json policy = json::parse(PolicyStatusJson(APolicy("a", "b")));
  for (const char* name : {"nextTransition", "nextWarmStart", "lastOpening",
                           "instanceHoursPerDay", "intent"}) {
    EXPECT_TRUE(policy.at(name).is_null()) << name;
  }
  EXPECT_EQ(policy["activeWindows"], json::array());
}

TEST(PolicyStatusJson, NumbersThatAreNoneAreNull) {
  PolicyStatus policy = APolicy("a", "b");
  policy.instance_hours = std::numeric_limits<double>::quiet_NaN();
  policy.instance_hours_per_day = std::numeric_limits<double>::infinity();
  const json parsed = json::parse(PolicyStatusJson(policy));
  EXPECT_TRUE(parsed["instanceHours"].is_null());
  EXPECT_TRUE(parsed["instanceHoursPerDay"].is_null());
}

TEST(PolicyStatusJson, InvalidUtf8IsReplaced) {
  PolicyStatus policy = APolicy("a", "b");
  policy.reason = "bad \xff\xc3 text";
  EXPECT_THAT(
      json::parse(PolicyStatusJson(policy))["reason"].get<std::string>(),
      HasSubstr("\xef\xbf\xbd"));
}

TEST(PolicyListJson, APageSaysWhereTheNextOneBegins) {
  ControllerStatus status;
  status.at = kThen;
  // By namespace first: "a-b" is not between "a" and its policies.
  for (const char* name : {"z", "x", "y"}) {
    AddPolicy(APolicy("a", name), &status);
  }
  AddPolicy(APolicy("a-b", "c"), &status);
  const json first = Page(status, 2);
  EXPECT_EQ(first["at"], "2026-03-29T01:00:00Z");
  EXPECT_THAT(Names(first), testing::ElementsAre("a/x", "a/y"));
  EXPECT_EQ(first["continue"], "a/y");
  const json second = Page(status, 2, "a/y");
  EXPECT_THAT(Names(second), testing::ElementsAre("a/z", "a-b/c"));
  EXPECT_TRUE(second["continue"].is_null());
}

TEST(PolicyListJson, APolicyThatIsGoneStillDividesPages) {
  ControllerStatus status;
  AddPolicy(APolicy("a", "x"), &status);
  AddPolicy(APolicy("b", "x"), &status);
  EXPECT_THAT(Names(Page(status, 9, "a/y")), testing::ElementsAre("b/x"));
  EXPECT_THAT(Names(Page(status, 9, "c/")), testing::IsEmpty());
}

TEST(PolicyListJson, APartOfTheNameChoosesAndPagesAreOfTheChosen) {
  ControllerStatus status;
  for (const char* name : {"web-a", "db", "web-b"}) {
    AddPolicy(APolicy("shop", name), &status);
  }
  const auto chosen = [&](const PolicyPage& page) {
    return json::parse(PolicyListJson(status, page).value());
  };
  EXPECT_THAT(Names(chosen({500, "", "op/web"})),
              testing::ElementsAre("shop/web-a", "shop/web-b"));
  const json first = chosen({1, "", "web"});
  EXPECT_EQ(first["continue"], "shop/web-a");
  EXPECT_THAT(Names(chosen({1, "shop/web-a", "web"})),
              testing::ElementsAre("shop/web-b"));
  EXPECT_THAT(Names(chosen({500, "", "nothing"})), testing::IsEmpty());
}

TEST(PolicyListJson, WithoutPoliciesItIsEmpty) {
  const json page = Page(ControllerStatus(), 500);
  EXPECT_EQ(page["items"], json::array());
  EXPECT_TRUE(page["continue"].is_null());
  EXPECT_TRUE(page["at"].is_null());
}

TEST(PolicyListJson, APlaceThatIsNoneIsRefused) {
  const auto page = PolicyListJson(ControllerStatus(), {500, "nonsense", ""});
  ASSERT_FALSE(page.ok());
  EXPECT_EQ(page.error().field, "continue");
  EXPECT_THAT(page.error().message, HasSubstr("\"nonsense\""));
}

TEST(TargetStatusJson, VisitorsSeeNeitherInstancesNorTrouble) {
  TargetStatus target = ATarget("shop", "server");
  target.state = "warming";
  target.eta = milliseconds(12340);
  target.progress = 0.61803;
  target.desired = 2;
  target.current = 1;
  target.trouble = "secret";
  target.instances.resize(1);
  target.instances[0].url = "http://10.0.0.1";
  EXPECT_EQ(Visible(target), json::parse(R"({
    "target": "shop/server", "state": "warming", "etaSeconds": 12.4,
    "progress": 0.618, "warm": 0, "desired": 2, "current": 1})"));
}

TEST(TargetStatusJson, OperatorsSeeEveryInstance) {
  TargetStatus target = ATarget("shop", "server");
  target.trouble = "quota";
  InstanceStatus instance;
  instance.id = "i-1";
  instance.url = "http://10.0.0.1";
  instance.phase = "warm";
  instance.since = kThen;
  instance.proven_at = kThen;
  instance.in_flight = 2;
  target.instances = {instance};
  const json seen =
      json::parse(TargetStatusJson(target, TargetDetail::kForOperators));
  EXPECT_EQ(seen["kind"], "Deployment");
  EXPECT_EQ(seen["trouble"], "quota");
  EXPECT_EQ(seen["instancesLeftOut"], 0);
  EXPECT_EQ(seen["instances"], json::parse(R"([{
    "id": "i-1", "url": "http://10.0.0.1", "phase": "warm",
    "since": "2026-03-29T01:00:00Z", "failures": 0, "error": "",
    "provenAt": "2026-03-29T01:00:00Z", "inFlight": 2}])"));
}

TEST(TargetStatusJson, ListsAThousandInstancesAndCountsTheRest) {
  TargetStatus target = ATarget("shop", "server");
  target.instances.resize(1003);
  const json seen =
      json::parse(TargetStatusJson(target, TargetDetail::kForOperators));
  EXPECT_EQ(seen["instances"].size(), 1000U);
  EXPECT_EQ(seen["instancesLeftOut"], 3);
}

TEST(TargetStatusJson, EstimatesThatAreNoneAreNull) {
  TargetStatus target = ATarget("shop", "server");
  EXPECT_TRUE(Visible(target)["etaSeconds"].is_null());
  EXPECT_TRUE(Visible(target)["progress"].is_null());
  target.progress = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(Visible(target)["progress"].is_null());
  target.progress = 7;
  target.eta = milliseconds(-1);
  EXPECT_EQ(Visible(target)["progress"], 1);
  EXPECT_EQ(Visible(target)["etaSeconds"], 0);
}

TEST(StatusBoard, SaysWhenTheLastStatusWasPublished) {
  StatusBoard board;
  EXPECT_FALSE(board.published());
  const SteadyTime now{seconds(7)};
  board.Publish(std::make_shared<const ControllerStatus>(), now);
  EXPECT_EQ(board.published(), now);
}

}  // namespace
}  // namespace prewarm
