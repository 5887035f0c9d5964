#include "warmup-controller/operate/operator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/support/eventually.h"
#include "tests/unit/kube/fake_api.h"
#include "tests/unit/kube/hand_clock.h"
#include "warmup-controller/kube/requests.h"

namespace prewarm {
namespace {

using kube::ApiRequest;
using kube::Json;
using std::chrono::seconds;
using testing::HasSubstr;

// Nobody has instances here.
class NoWarmer : public Warmer {
 public:
  void WarmUp(const WarmupRequest& /*request*/, Warmed /*done*/) override {}
  void Look(const LookRequest& /*request*/, Seen /*done*/) override {}
};

// For the Deployment of its name.
Json Policy(const std::string& name) {
  return {
      {"apiVersion", "prewarm.dev/v1alpha1"},
      {"kind", "PrewarmPolicy"},
      {"metadata",
       {{"namespace", "shop"},
        {"name", name},
        {"uid", "uid-" + name},
        {"generation", 1},
        {"resourceVersion", "1"},
        {"creationTimestamp", "2025-12-31T12:00:00Z"},
        {"finalizers", {kFinalizer}}}},
      {"spec",
       {{"targetRef", {{"kind", "Deployment"}, {"name", name}}},
        {"replicas", {{"max", 5}}},
        {"windows", {{{"name", "day"}, {"from", "09:00"}, {"to", "18:00"}}}}}}};
}

Json Deployment(const std::string& name) {
  const Json gates = {{{"conditionType", kWarmGate}}};
  return {{"metadata",
           {{"namespace", "shop"},
            {"name", name},
            {"uid", "uid-of-" + name},
            {"resourceVersion", "1"}}},
          {"spec",
           {{"replicas", 0},
            {"template", {{"spec", {{"readinessGates", gates}}}}}}}};
}

Json AutoscalerUpTo(int most, const std::string& deployment) {
  return {
      {"metadata",
       {{"namespace", "shop"},
        {"name", "scaler"},
        {"uid", "uid-scaler"},
        {"resourceVersion", "1"}}},
      {"spec",
       {{"minReplicas", 1},
        {"maxReplicas", most},
        {"scaleTargetRef", {{"kind", "Deployment"}, {"name", deployment}}}}}};
}

class OperatorTest : public testing::Test {
 protected:
  void Start() {
    operator_->Start();
    ASSERT_TRUE(operator_->WaitUntilSynced(seconds(60)).ok());
  }
  void Run(seconds time) {
    for (seconds passed{0}; passed < time; ++passed) {
      (void)operator_->Step();
      clock_.Pass(seconds(1));
    }
  }
  // Little of its time passes until the server has got so many.
  bool AwaitWrites(std::size_t count) {
    return Eventually([&] {
      (void)operator_->Step();
      clock_.Pass(std::chrono::milliseconds(100));
      return Writes().size() >= count;
    });
  }
  std::unique_ptr<Operator> Another(const kube::LeaderTimes& election) {
    return std::make_unique<Operator>(
        parts_,
        OperatorOptions{{}, {}, "operator-0", "shop", "state", election});
  }
  bool AwaitStatuses(std::size_t count) {
    return Eventually([&] {
      (void)operator_->Step();
      clock_.Pass(std::chrono::milliseconds(100));
      return Statuses().size() >= count;
    });
  }
  // As the status that was written last says.
  seconds Lead() const {
    const Json body = *kube::ReadJson(LastStatus().body);
    return seconds(kube::IntAt(body, {"status", "leadTime", "seconds"}, 0));
  }
  std::vector<ApiRequest> Statuses() const {
    std::vector<ApiRequest> statuses;
    for (const ApiRequest& call : api_.calls()) {
      const bool is_one = call.path.find("/status?") != std::string::npos;
      if (call.method != "GET" && is_one) statuses.push_back(call);
    }
    return statuses;
  }
  ApiRequest LastStatus() const { return Statuses().back(); }
  std::vector<std::string> Writes() const {
    std::vector<std::string> writes;
    for (const ApiRequest& call : api_.calls()) {
      if (call.method != "GET") {
        writes.push_back(call.method + " " +
                         call.path.substr(0, call.path.find('?')));
      }
    }
    return writes;
  }
  Result<Json> Answer(const ApiRequest& call) {
    const std::string path = call.path.substr(0, call.path.find('?'));
    const std::string last = path.substr(path.rfind('/') + 1);
    if (call.method != "GET") return Json::object();
    if (last == "state" && state_.is_null()) {
      return MakeError(ErrorCode::kNotFound, "no state yet");
    }
    if (last == "state") return state_;
    Json items = Json::array();
    if (last == "prewarmpolicies") items = policies_;
    if (last == "deployments") {
      items = {Deployment("hours"), Deployment("more"), Deployment("bare")};
      items[2]["spec"]["template"] = Json::object();
    }
    if (last == "horizontalpodautoscalers") items = autoscalers_;
    return Json{{"metadata", {{"resourceVersion", "1"}}}, {"items", items}};
  }

  Json state_;
  RecordBook record_;
  Json autoscalers_ = Json::array();
  Json policies_ = Json::array({Policy("hours")});
  kube::FakeApi api_{[this](const ApiRequest& call) { return Answer(call); }};
  kube::HandClock clock_;
  NoWarmer warmer_;
  IntentTable intents_;
  StatusBoard board_;
  LoopEvents events_;
  OperatorMetrics metrics_;
  const OperatorParts parts_{&api_,
                             &metrics_,
                             {&warmer_, &intents_, &board_, &events_, &clock_},
                             &record_};
  std::unique_ptr<Operator> operator_ = Another({});
};

TEST_F(OperatorTest, WritesAStatusAndThenNothingWhileNothingChanges) {
  Start();
  ASSERT_TRUE(AwaitWrites(1));
  // Also not when hours are counted and what is told is looked at again.
  Run(std::chrono::minutes(10));
  ASSERT_THAT(Writes(), testing::SizeIs(1));
  EXPECT_THAT(Writes()[0], HasSubstr("/prewarmpolicies/hours/status"));
}

TEST_F(OperatorTest, StatusOfOnePolicyIsNotWrittenForAnother) {
  Start();
  ASSERT_TRUE(AwaitWrites(1));
  Run(seconds(70));
  api_.WatchWith(
      {{kube::WriteJson(Json{{"type", "ADDED"}, {"object", Policy("more")}})},
       Ok{},
       "/prewarmpolicies"});
  ASSERT_TRUE(AwaitWrites(2));
  Run(seconds(70));
  ASSERT_THAT(Writes(), testing::SizeIs(2));
  EXPECT_THAT(Writes()[1], HasSubstr("/prewarmpolicies/more/status"));
}

TEST_F(OperatorTest, LeadHasRoomForAStandbyThatTakesOverAtItsLatest) {
  Start();
  ASSERT_TRUE(AwaitStatuses(1));
  const seconds lead = Lead();
  // The lease, and two late looks of 2 s and up to 1.2 times as much.
  EXPECT_GT(lead, seconds(15 + 9));
  kube::LeaderTimes slower;
  slower.lease += seconds(20);
  slower.retry += seconds(5);
  operator_ = Another(slower);
  Start();
  ASSERT_TRUE(AwaitStatuses(2));
  EXPECT_EQ(Lead() - lead, seconds(20 + 2 * 11));
}

TEST_F(OperatorTest, WhoTakesOverWritesNoStatusThatIsThereAlready) {
  // One of which there is to say what is known only once a floor is wanted.
  policies_ = Json::array({Policy("bare")});
  policies_[0]["spec"]["replicas"]["min"] = 4;
  autoscalers_ = Json::array({AutoscalerUpTo(2, "bare")});
  Start();
  const auto says = [this](const std::string& what) {
    return !Statuses().empty() &&
           LastStatus().body.find(what) != std::string::npos;
  };
  ASSERT_TRUE(Eventually([&] {
    (void)operator_->Step();
    clock_.Pass(std::chrono::milliseconds(100));
    return says("GateMissing") && says("FloorCapped");
  }));
  operator_.reset();
  policies_[0]["status"] = (*kube::ReadJson(LastStatus().body))["status"];
  const std::size_t before = Statuses().size();
  operator_ = Another({});
  Start();
  for (int i = 0; i < 10; ++i) {
    (void)operator_->Step();
    clock_.Pass(std::chrono::milliseconds(100));
  }
  // It does write what is new, and nothing before.
  api_.WatchWith(
      {{kube::WriteJson(Json{{"type", "ADDED"}, {"object", Policy("more")}})},
       Ok{},
       "/prewarmpolicies"});
  ASSERT_TRUE(AwaitStatuses(before + 1));
  EXPECT_THAT(Statuses()[before].path,
              HasSubstr("/prewarmpolicies/more/status"));
}

TEST_F(OperatorTest, StatusThatSomebodyElseWritesIsPutRight) {
  Start();
  ASSERT_TRUE(AwaitStatuses(1));
  const auto watch = [this](const Json& status) {
    Json policy = Policy("hours");
    policy["status"] = status;
    api_.WatchWith(
        {{kube::WriteJson(Json{{"type", "MODIFIED"}, {"object", policy}})},
         Ok{},
         "/prewarmpolicies"});
  };
  const Json ours = *kube::ReadJson(LastStatus().body);
  Json kept = Json::object();
  kept.merge_patch(ours["status"]);
  watch(kept);
  Run(seconds(70));
  ASSERT_THAT(Statuses(), testing::SizeIs(1));
  Json theirs = kept;
  theirs["desired"] = 77;
  theirs["conditions"] = Json::array();
  watch(theirs);
  ASSERT_TRUE(AwaitStatuses(2));
  EXPECT_EQ(*kube::ReadJson(LastStatus().body), ours);
}

TEST_F(OperatorTest, OpeningsOfAnotherPolicyOfThatNameAreForgotten) {
  const Instant created{seconds(1767182400)};
  History history;
  for (const seconds after : {seconds(-60), seconds(60)}) {
    OpeningStatus opening;
    opening.due = created + after;
    opening.asked = 1;
    history.record.policies["shop/hours"].openings.push_back(opening);
  }
  state_ = {{"metadata",
             {{"resourceVersion", "1"},
              {"labels", {{HistoryKeeper::kOwnerLabel, kube::kFieldManager}}}}},
            {"data", {{HistoryKeeper::kKey, HistoryText(history)}}}};
  Start();
  ASSERT_TRUE(AwaitWrites(1));
  const RecordMemory memory = record_.Remembered();
  ASSERT_EQ(memory.policies.count("shop/hours"), 1U);
  const auto& openings = memory.policies.at("shop/hours").openings;
  ASSERT_EQ(openings.size(), 1U);
  EXPECT_EQ(openings[0].due, created + seconds(60));
}

}  // namespace
}  // namespace prewarm
