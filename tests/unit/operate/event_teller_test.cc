#include "warmup-controller/operate/event_teller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/eventually.h"
#include "tests/unit/kube/fake_api.h"
#include "tests/unit/kube/hand_clock.h"
#include "warmup-controller/kube/json_text.h"

namespace prewarm {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::ElementsAre;

constexpr char kOpen[] = R"({"cause": "window",
  "activeWindows": [{"name": "day", "opens": "2026-03-02T09:00:00Z"}]})";

class EventTellerTest : public testing::Test {
 protected:
  EventTellerTest() {
    object_.namespace_name = "shop";
    object_.name = "hours";
    object_.uid = "uid-1";
    object_.status = "{}";
    Follow({"shop/hours"});
  }
  void Follow(std::vector<std::string> of_target) {
    teller_.Follow(
        {{"shop/hours",
          {"prewarm.dev/v1alpha1", "PrewarmPolicy", "shop", "hours", "uid-1"}}},
        {{kServer.Full(), std::move(of_target)}});
  }
  // Reasons of all events, once there are so many.
  std::vector<std::string> Reasons(std::size_t count) {
    EXPECT_TRUE(Eventually([&] { return api_.calls().size() >= count; }));
    std::vector<std::string> reasons;
    for (const kube::ApiRequest& call : api_.calls()) {
      const json body = json::parse(call.body);
      reasons.push_back(kube::TextAt(body, {"reason"}));
      EXPECT_EQ(kube::TextAt(body, {"involvedObject", "uid"}), "uid-1");
    }
    return reasons;
  }

  const TargetKey kServer{"shop", "Deployment", "server"};
  kube::FakeApi api_{[](const kube::ApiRequest&) -> Result<kube::Json> {
    return kube::Json::object();
  }};
  kube::HandClock clock_;
  LoopEvents nobody_;
  kube::EventWriter writer_{&api_, {}, "pod", 100, clock_};
  EventTeller teller_{&writer_, &nobody_, &clock_};
  PolicyObject object_;
};

TEST_F(EventTellerTest, RestartTellsNothingThatTheObjectSaysAlready) {
  object_.status = kOpen;
  teller_.Tell(object_, json::parse(kOpen));
  teller_.FloorWritten(kServer, {"FloorRaised", "replicas: 0 -> 2"});
  EXPECT_THAT(Reasons(1), ElementsAre("FloorRaised"));
}

TEST_F(EventTellerTest, FirstStatusOfANewPolicyIsNews) {
  teller_.Tell(object_, json::parse(kOpen));
  teller_.Tell(object_, json::parse(kOpen));
  teller_.FloorWritten(kServer, {"FloorRaised", "replicas: 0 -> 2"});
  EXPECT_THAT(Reasons(2), ElementsAre("WindowOpened", "FloorRaised"));
}

TEST_F(EventTellerTest, WhatIsGivenBackIsToldToWhoMeantTheTargetLast) {
  Follow({});
  teller_.FloorWritten(kServer, {"FloorRestored", "minReplicas: 3 -> 1"});
  EXPECT_THAT(Reasons(1), ElementsAre("FloorRestored"));
}

TEST_F(EventTellerTest, OpeningsAreInTimeOrLateByHowMuch) {
  Policy policy;
  policy.namespace_name = "shop";
  policy.name = "hours";
  Judged judged;
  judged.opening.asked = 2;
  judged.opening.warm_at = Instant();
  judged.warm_before = seconds(40);
  teller_.OpeningJudged(policy, judged);
  judged.warm_before = seconds(-7);
  teller_.OpeningJudged(policy, judged);
  judged.opening.missed = true;
  teller_.OpeningJudged(policy, judged);
  EXPECT_THAT(Reasons(3),
              ElementsAre("WarmInTime", "WarmLate", "OpeningMissed"));
  EXPECT_EQ(kube::TextAt(json::parse(api_.calls()[1].body), {"message"}),
            "2 instances for 1970-01-01T00:00:00Z: warm 7 s after");
}

TEST_F(EventTellerTest, SaysWhenTheSameAgainWouldTellNothing) {
  const json status = json::parse(kOpen);
  EXPECT_FALSE(teller_.Tell(object_, status));
  clock_.Pass(EventTeller::kSettled);
  EXPECT_TRUE(teller_.Tell(object_, status));
}

TEST_F(EventTellerTest, PodsThatAreReplacedAreNamed) {
  teller_.Replaced(kServer, "server-1", "HTTP 500", Ok{});
  teller_.Replaced({"shop", "Deployment", "other"}, "other-1", "", Ok{});
  teller_.FloorWritten(kServer, {"FloorRaised", "replicas: 0 -> 2"});
  EXPECT_THAT(Reasons(2), ElementsAre("Replaced", "FloorRaised"));
}

}  // namespace
}  // namespace prewarm
