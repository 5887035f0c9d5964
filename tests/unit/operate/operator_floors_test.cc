// What the operator has raised, for whom, and when it is given back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

#include "tests/support/eventually.h"
#include "tests/unit/kube/hand_clock.h"
#include "tests/unit/operate/small_server.h"
#include "warmup-controller/operate/operator.h"

namespace prewarm {
namespace {

using kube::Json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kPolicyObjects[] = "prewarmpolicies";
constexpr char kScalers[] = "horizontalpodautoscalers";
constexpr char kScaled[] = "scaledobjects";
constexpr char kMaps[] = "configmaps";

class IdleWarmer : public Warmer {
 public:
  void WarmUp(const WarmupRequest& /*request*/, Warmed /*done*/) override {}
  void Look(const LookRequest& /*request*/, Seen /*done*/) override {}
};

// For the Deployment of its name: three, all the time.
Json AlwaysThree(const std::string& name) {
  return {{"apiVersion", "prewarm.dev/v1alpha1"},
          {"kind", "PrewarmPolicy"},
          {"metadata",
           {{"namespace", "shop"},
            {"name", name},
            {"generation", 1},
            {"creationTimestamp", "2025-12-31T12:00:00Z"},
            {"finalizers", {kFinalizer}}}},
          {"spec",
           {{"targetRef", {{"kind", "Deployment"}, {"name", name}}},
            {"replicas", {{"max", 5}}},
            {"windows",
             {{{"name", "day"},
               {"from", "00:00"},
               {"to", "24:00"},
               {"replicas", 3}}}}}}};
}

Json WithCalendar(Json policy, const std::string& map) {
  policy["spec"]["except"]["calendars"] =
      Json::array({{{"configMap", map}, {"key", "de.ics"}}});
  return policy;
}

Json Deleted(Json policy) {
  policy["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  return policy;
}

Json DeploymentOf(const std::string& name, bool gated = false) {
  Json gates = Json::array();
  if (gated) gates.push_back({{"conditionType", kWarmGate}});
  return {{"metadata", {{"namespace", "shop"}, {"name", name}}},
          {"spec",
           {{"replicas", 3},
            {"template", {{"spec", {{"readinessGates", gates}}}}}}}};
}

// Raised from 1 to 3, or not yet: without a mark.
Json ScalerOf(const std::string& name, const std::string& mark) {
  Json scaler = {
      {"metadata", {{"namespace", "shop"}, {"name", name}}},
      {"spec",
       {{"minReplicas", mark.empty() ? 1 : 3},
        {"maxReplicas", 9},
        {"scaleTargetRef", {{"kind", "Deployment"}, {"name", name}}}}}};
  if (!mark.empty()) scaler["metadata"]["annotations"][kFloorAnnotation] = mark;
  return scaler;
}

std::string MarkFor(const std::string& policy) {
  return MarkText({1, 3, 3, false, {policy}});
}

Json NoHolidays() {
  return {{"metadata", {{"namespace", "shop"}, {"name", "holidays"}}},
          {"data",
           {{"de.ics",
             "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
             "END:VCALENDAR\r\n"}}}};
}

class OperatorFloorsTest : public testing::Test {
 protected:
  OperatorFloorsTest() {
    options_.cluster.scaled_objects = {"keda.sh", "v1alpha1", kScaled};
    options_.instance = "operator-0";
    options_.state_namespace = "shop";
    options_.state_name = "state";
  }
  void Start() {
    operator_ = std::make_unique<Operator>(
        OperatorParts{server_.api(),
                      &metrics_,
                      {&warmer_, &intents_, &board_, &events_, &clock_},
                      &record_},
        options_);
    operator_->Start();
    ASSERT_TRUE(operator_->WaitUntilSynced(seconds(60)).ok());
  }
  void Step() {
    (void)operator_->Step();
    clock_.Pass(milliseconds(100));
  }
  template <typename Condition>
  bool Await(const Condition& holds) {
    return Eventually([&] {
      Step();
      return holds();
    });
  }
  // Much longer than anything that is on its way takes.
  void Run(int steps = 300) {
    for (int i = 0; i < steps; ++i) {
      Step();
      std::this_thread::sleep_for(milliseconds(1));
    }
  }
  int Minimum(const std::string& name) const {
    return server_.Get(kScalers, name)["spec"]["minReplicas"];
  }
  bool IsThere(const std::string& policy) const {
    return !server_.Get(kPolicyObjects, policy).is_null();
  }
  Json StatusOf(const std::string& policy) const {
    const Json object = server_.Get(kPolicyObjects, policy);
    return object.is_object() ? object.value("status", Json::object())
                              : Json::object();
  }
  std::string AcceptedOf(const std::string& policy) const {
    for (const Json& one :
         StatusOf(policy).value("conditions", Json::array())) {
      if (one["type"] == "Accepted") return one["status"];
    }
    return "";
  }
  std::vector<std::string> Told() const {
    std::vector<std::string> told;
    for (const Json& event : server_.events()) {
      told.push_back(kube::TextAt(event, {"reason"}) + ": " +
                     kube::TextAt(event, {"message"}));
    }
    return told;
  }

  SmallServer server_;
  OperatorOptions options_;
  RecordBook record_;
  kube::HandClock clock_;
  IdleWarmer warmer_;
  IntentTable intents_;
  StatusBoard board_;
  LoopEvents events_;
  OperatorMetrics metrics_;
  std::unique_ptr<Operator> operator_;
};

TEST_F(OperatorFloorsTest, PolicyThatGoesWaitsForNoMarkOfOthers) {
  server_.Put("deployments", DeploymentOf("web"));
  server_.Put(kScalers, ScalerOf("web", MarkFor("shop/web")));
  server_.Put(kScalers, ScalerOf("odd", "broken"));
  server_.Put(kScalers, ScalerOf("stuck", MarkFor("shop/gone")));
  server_.FailWith([](const kube::ApiRequest& call) -> std::optional<Error> {
    const bool odd = call.path.find("/odd") != std::string::npos ||
                     call.path.find("/stuck") != std::string::npos;
    if (call.method != "PATCH" || !odd) return std::nullopt;
    return MakeError(ErrorCode::kUnavailable, "away");
  });
  server_.Put(kPolicyObjects, Deleted(AlwaysThree("web")));
  Start();
  EXPECT_TRUE(Await([&] { return !IsThere("web"); }));
  EXPECT_EQ(Minimum("web"), 1);
}

TEST_F(OperatorFloorsTest, BrokenMarkIsTakenAwayAndItsNumberStays) {
  server_.Put(kScalers, ScalerOf("odd", "broken"));
  Start();
  EXPECT_TRUE(Await([&] {
    return server_.Get(kScalers, "odd")["metadata"]["annotations"].empty();
  }));
  EXPECT_EQ(Minimum("odd"), 3);
}

TEST_F(OperatorFloorsTest, MinimumIsGivenBackBeforeItsPolicyGoes) {
  server_.Put("deployments", DeploymentOf("web"));
  server_.Put(kScalers, ScalerOf("web", ""));
  server_.Put(kPolicyObjects, AlwaysThree("web"));
  Start();
  ASSERT_TRUE(Await([&] { return Minimum("web") == 3; }));
  // Shared with calls that may outlive the test.
  const auto away = std::make_shared<std::atomic<bool>>(true);
  server_.FailWith(
      [away](const kube::ApiRequest& call) -> std::optional<Error> {
        const bool scaler = call.path.find(kScalers) != std::string::npos;
        if (call.method != "PATCH" || !scaler || !*away) return std::nullopt;
        return MakeError(ErrorCode::kUnavailable, "away");
      });
  server_.Put(kPolicyObjects, Deleted(server_.Get(kPolicyObjects, "web")));
  Run();
  EXPECT_TRUE(IsThere("web"));
  *away = false;
  EXPECT_TRUE(Await([&] { return !IsThere("web"); }));
  EXPECT_EQ(Minimum("web"), 1);
}

TEST_F(OperatorFloorsTest, PausedScaledObjectIsGivenBackAndHoldsNobody) {
  server_.Put("deployments", DeploymentOf("web"));
  Json paused = ScalerOf("web", MarkFor("shop/web"));
  paused["metadata"]["annotations"]["autoscaling.keda.sh/paused"] = "true";
  paused["spec"] = {{"minReplicaCount", 3},
                    {"scaleTargetRef", {{"name", "web"}}}};
  server_.Put(kScaled, paused);
  server_.Put(kPolicyObjects, Deleted(AlwaysThree("web")));
  Start();
  EXPECT_TRUE(Await([&] { return !IsThere("web"); }));
  EXPECT_EQ(server_.Get(kScaled, "web")["spec"]["minReplicaCount"], 1);
}

TEST_F(OperatorFloorsTest,
       PolicyGoesWithAnEventWhereTheServerRefusesToTakeBack) {
  server_.Put("deployments", DeploymentOf("web"));
  server_.Put(kScalers, ScalerOf("web", MarkFor("shop/web")));
  server_.Put(kPolicyObjects, Deleted(AlwaysThree("web")));
  server_.FailWith([](const kube::ApiRequest& call) -> std::optional<Error> {
    const bool scaler = call.path.find(kScalers) != std::string::npos;
    if (call.method != "PATCH" || !scaler) return std::nullopt;
    return MakeError(ErrorCode::kForbidden, "denied by a webhook");
  });
  Start();
  EXPECT_TRUE(Await([&] { return !IsThere("web"); }));
  EXPECT_TRUE(Await([&] { return !Told().empty(); }));
  EXPECT_THAT(Told(), Contains(HasSubstr("NotRestored: minReplicas of "
                                         "HorizontalPodAutoscaler web stays "
                                         "3")));
}

TEST_F(OperatorFloorsTest, CalendarThatCantBeReadAtATakeoverDropsNoFloor) {
  for (const bool gated : {false, true}) {
    const std::string name = gated ? "gated" : "plain";
    server_.Put("deployments", DeploymentOf(name, gated));
    server_.Put(kScalers, ScalerOf(name, MarkFor("shop/" + name)));
    server_.Put(kPolicyObjects, WithCalendar(AlwaysThree(name), "holidays"));
  }
  server_.Put(kMaps, NoHolidays());
  const auto answers = std::make_shared<std::atomic<int>>(0);
  server_.FailWith(
      [answers](const kube::ApiRequest& call) -> std::optional<Error> {
        const bool map = call.path.find("/holidays") != std::string::npos;
        if (!map || (*answers)++ > 0) return std::nullopt;
        return MakeError(ErrorCode::kUnavailable, "503");
      });
  Start();
  EXPECT_TRUE(Await([&] {
    return AcceptedOf("plain") == "True" && AcceptedOf("gated") == "True";
  }));
  Run();
  EXPECT_THAT(server_.writes(kScalers), IsEmpty());
  EXPECT_EQ(*answers, 2);
}

TEST_F(OperatorFloorsTest, PolicyThatIsRefusedAtATakeoverKeepsWhatItHas) {
  server_.Put("deployments", DeploymentOf("web"));
  server_.Put(kScalers, ScalerOf("web", MarkFor("shop/web")));
  Json wrong = AlwaysThree("web");
  wrong["spec"]["windows"][0]["from"] = "25:00";
  wrong["metadata"]["generation"] = 2;
  wrong["status"] = {{"desired", 3}, {"reason", "day is open"}};
  server_.Put(kPolicyObjects, wrong);
  Start();
  EXPECT_TRUE(Await([&] { return AcceptedOf("web") == "False"; }));
  EXPECT_EQ(StatusOf("web")["observedGeneration"], 2);
  EXPECT_FALSE(StatusOf("web").contains("desired"));
  Run();
  EXPECT_THAT(server_.writes(kScalers), IsEmpty());
  // Whoever gives it up gets it back.
  server_.Put(kPolicyObjects, Deleted(server_.Get(kPolicyObjects, "web")));
  EXPECT_TRUE(Await([&] { return !IsThere("web"); }));
  EXPECT_EQ(Minimum("web"), 1);
}

TEST_F(OperatorFloorsTest, WorkloadAloneKeepsItsMarkWhileACalendarIsRead) {
  server_.Put("deployments", DeploymentOf("web", true));
  server_.Put(kMaps, NoHolidays());
  Json policy = WithCalendar(AlwaysThree("web"), "holidays");
  policy["status"]["scale"] =
      Json::parse(MarkText({2, 3, 3, false, {"shop/web"}}));
  server_.Put(kPolicyObjects, policy);
  Start();
  EXPECT_TRUE(Await([&] { return AcceptedOf("web") == "True"; }));
  Run();
  EXPECT_EQ(StatusOf("web")["scale"]["baseline"], 2);
}

TEST_F(OperatorFloorsTest, CalendarThatHangsDelaysNobodyElse) {
  std::promise<void> over;
  const std::shared_future<void> end = over.get_future().share();
  server_.FailWith([end](const kube::ApiRequest& call) -> std::optional<Error> {
    if (call.path.find("/holidays") != std::string::npos) end.wait();
    return std::nullopt;
  });
  for (const char* const name : {"web", "other"}) {
    server_.Put("deployments", DeploymentOf(name));
    server_.Put(kScalers, ScalerOf(name, ""));
  }
  server_.Put(kPolicyObjects, WithCalendar(AlwaysThree("other"), "holidays"));
  server_.Put(kPolicyObjects, AlwaysThree("web"));
  Start();
  EXPECT_TRUE(Await([&] { return Minimum("web") == 3; }));
  EXPECT_EQ(Minimum("other"), 1);
  over.set_value();
}

TEST_F(OperatorFloorsTest, StatusOfARefusedSpecIsOfItsGeneration) {
  server_.Put("deployments", DeploymentOf("web"));
  server_.Put(kPolicyObjects, AlwaysThree("web"));
  Start();
  ASSERT_TRUE(Await([&] { return AcceptedOf("web") == "True"; }));
  Json wrong = server_.Get(kPolicyObjects, "web");
  wrong["spec"]["windows"][0]["from"] = "25:00";
  wrong["metadata"]["generation"] = 2;
  server_.Put(kPolicyObjects, wrong);
  EXPECT_TRUE(Await([&] { return AcceptedOf("web") == "False"; }));
  const Json status = StatusOf("web");
  EXPECT_EQ(status["observedGeneration"], 2);
  EXPECT_EQ(status["conditions"][0]["type"], "Accepted");
  EXPECT_EQ(status["conditions"][0]["observedGeneration"], 2);
  // The spec before is in force.
  EXPECT_EQ(status["desired"], 3);
}

}  // namespace
}  // namespace prewarm
