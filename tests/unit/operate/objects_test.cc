// Policies as objects of the API server: read, and what is written of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "warmup-controller/operate/policy_object.h"
#include "warmup-controller/operate/status_object.h"

namespace prewarm {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

json PolicyJson() {
  return json::parse(R"({
    "apiVersion": "prewarm.dev/v1alpha1", "kind": "PrewarmPolicy",
    "metadata": {"name": "hours", "namespace": "shop", "uid": "u",
      "generation": 4, "creationTimestamp": "2026-03-02T08:00:00Z",
      "resourceVersion": "77", "finalizers": ["prewarm.dev/restore"],
      "managedFields": [{"manager": "kubectl"}]},
    "spec": {"targetRef": {"kind": "Deployment", "name": "server"},
      "replicas": {"min": 0, "max": 3},
      "windows": [{"name": "day", "from": "09:00", "to": "18:00"}]},
    "status": {"desired": 3, "scale": {"baseline": 0, "floor": 3, "wanted": 3}}
  })");
}

TEST(PolicyObject, SpecIsReadAsAFileIs) {
  const PolicyObject object = ReadPolicyObject(PolicyJson());
  EXPECT_EQ(object.key(), "shop/hours");
  EXPECT_EQ(object.generation, 4);
  EXPECT_TRUE(object.finalized);
  EXPECT_FALSE(object.deleting);
  const auto policy = PolicyIn(object);
  ASSERT_TRUE(policy.ok()) << policy.error().message;
  EXPECT_EQ(policy->max_replicas, 3);
  EXPECT_TRUE(policy->min_declared);
  EXPECT_TRUE(MarkIn(object).has_value());
}

TEST(PolicyObject, OwnStatusIsNoChangeOfIt) {
  json later = PolicyJson();
  later["status"]["desired"] = 1;
  later["metadata"]["resourceVersion"] = "78";
  EXPECT_EQ(ReadPolicyObject(PolicyJson()), ReadPolicyObject(later));
  later["spec"]["suspend"] = true;
  EXPECT_FALSE(ReadPolicyObject(PolicyJson()) == ReadPolicyObject(later));
}

TEST(PolicyObject, AllThatIsWrongIsToldByFieldWithoutPlaces) {
  json wrong = PolicyJson();
  wrong["spec"]["windows"][0]["from"] = "25:00";
  wrong["spec"]["colour"] = "red";
  const auto policy = PolicyIn(ReadPolicyObject(wrong));
  ASSERT_FALSE(policy.ok());
  EXPECT_THAT(policy.error().message, HasSubstr("spec.windows[0].from: "));
  EXPECT_THAT(policy.error().message, HasSubstr("spec.colour: "));
  EXPECT_THAT(policy.error().message, Not(HasSubstr("shop/hours:1")));
}

TEST(PolicyObject, WhatIsNoPolicyIsAnErrorAndNoCrash) {
  for (const char* text : {"{}", "[]", "null", "{\"spec\":3}"}) {
    EXPECT_FALSE(PolicyIn(ReadPolicyObject(json::parse(text))).ok()) << text;
  }
}

PolicyStatus StatusOfShop() {
  PolicyStatus status;
  Condition accepted;
  accepted.type = "Accepted";
  accepted.status = true;
  accepted.reason = "Valid";
  status.conditions = {accepted};
  return status;
}

TEST(StatusObject, NoTextThatIsRequiredIsEmpty) {
  const json object = StatusObject(StatusOfShop(), {});
  EXPECT_EQ(object["conditions"][0]["message"], "Valid");
  EXPECT_EQ(object["conditions"][0]["status"], "True");
}

TEST(StatusObject, WhatIsNotSetGoes) {
  const json object = StatusObject(StatusOfShop(), {});
  EXPECT_TRUE(object["nextTransition"].is_null());
  EXPECT_TRUE(object["scale"].is_null());
  EXPECT_TRUE(object["lastOpening"].is_null());
}

TEST(StatusObject, OfARefusedPolicyOnlyWhatWasAndWhatItHoldsStays) {
  json status = {{"desired", 3},
                 {"activeWindows", {{{"name", "day"}}}},
                 {"reason", "day is open"},
                 {"lastOpening", {{"asked", 3}}},
                 {"instanceHours", {{"hours", 1}}},
                 {"scale", {{"floor", 3}}}};
  status.merge_patch(RefusedStatus(2, "Invalid", "spec: odd", Instant()));
  EXPECT_EQ(status["observedGeneration"], 2);
  for (const char* gone : {"desired", "activeWindows", "reason"}) {
    EXPECT_FALSE(status.contains(gone)) << gone;
  }
  for (const char* kept : {"lastOpening", "instanceHours", "scale"}) {
    EXPECT_TRUE(status.contains(kept)) << kept;
  }
}

TEST(StatusObject, LatenessSoFarIsNoChangeEverySecond) {
  PolicyStatus status = StatusOfShop();
  status.last_opening = OpeningStatus{};
  status.last_opening->warm_before = std::chrono::seconds(-5);
  const std::string before = Essence(StatusObject(status, {}));
  status.last_opening->warm_before = std::chrono::seconds(-6);
  status.day = CivilDay(2026, 3, 2);
  status.instance_hours = 7;
  EXPECT_EQ(Essence(StatusObject(status, {})), before);
  status.warm = 1;
  EXPECT_NE(Essence(StatusObject(status, {})), before);
}

TEST(StatusObject, EssenceIsOfWhatTheServerMakesOfIt) {
  json sent = StatusObject(StatusOfShop(), {});
  json kept = json::object();
  kept.merge_patch(sent);
  EXPECT_EQ(Essence(kept), Essence(sent));
  kept["desired"] = 77;
  EXPECT_NE(Essence(kept), Essence(sent));
  for (const char* text : {"null", "[]", "{\"conditions\":[3]}"}) {
    EXPECT_NE(Essence(json::parse(text)), Essence(sent)) << text;
  }
}

TEST(StatusObject, HoursAreThoseOfTheDay) {
  PolicyStatus status = StatusOfShop();
  EXPECT_TRUE(StatusObject(status, {})["instanceHours"].is_null());
  status.day = CivilDay(2026, 3, 2);
  status.instance_hours = 7.12345;
  const json hours = StatusObject(status, {})["instanceHours"];
  EXPECT_EQ(hours["day"], "2026-03-02");
  EXPECT_EQ(hours["hours"], 7.123);
}

TEST(StatusObject, InstancesAreBounded) {
  StatusExtras extras;
  extras.instances.resize(1000);
  EXPECT_EQ(StatusObject(StatusOfShop(), extras)["instances"].size(),
            kMaxInstancesInStatus);
}

}  // namespace
}  // namespace prewarm
