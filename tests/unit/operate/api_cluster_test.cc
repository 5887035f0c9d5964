#include "warmup-controller/operate/api_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/support/eventually.h"
#include "tests/unit/kube/fake_api.h"
#include "warmup-controller/kube/json_text.h"

namespace prewarm {
namespace {

using kube::Json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Json Meta(const std::string& name) {
  return {{"namespace", "shop"},
          {"name", name},
          {"uid", "uid-" + name},
          {"resourceVersion", "1"}};
}

Json Owned(const std::string& name, const std::string& api,
           const std::string& kind, const std::string& owner) {
  Json meta = Meta(name);
  meta["ownerReferences"] = {{{"apiVersion", api},
                              {"kind", kind},
                              {"name", owner},
                              {"uid", "uid-" + owner},
                              {"controller", true}}};
  return meta;
}

Json Pod(const Json& meta, bool gated = true, bool host = false) {
  Json spec = {{"hostNetwork", host}};
  if (gated) spec["readinessGates"] = {{{"conditionType", kWarmGate}}};
  return {{"metadata", meta}, {"spec", spec}};
}

class ApiClusterTest : public testing::Test {
 protected:
  void Start() {
    cluster_.Start();
    ASSERT_TRUE(cluster_.WaitUntilSynced(std::chrono::seconds(60)).ok());
  }
  std::vector<std::string> Loose() {
    std::vector<std::string> names;
    for (const PodSeen& pod : cluster_.LoosePods("shop")) {
      names.push_back(pod.id.name);
    }
    return names;
  }

  std::map<std::string, Json> items_;  // by plural
  kube::FakeApi api_{[this](const kube::ApiRequest& call) -> Result<Json> {
    const std::string path = call.path.substr(0, call.path.find('?'));
    Json items = Json::array();
    const auto found = items_.find(path.substr(path.rfind('/') + 1));
    if (found != items_.end()) items = found->second;
    return Json{{"metadata", {{"resourceVersion", "1"}}}, {"items", items}};
  }};
  std::atomic<int> news_{0};
  ApiCluster cluster_{&api_, {}, [this] { ++news_; }, Clock::System()};
};

TEST_F(ApiClusterTest, GatedPodsThatNoWorkloadOwnsAreLoose) {
  items_["replicasets"] = {
      {{"metadata", Owned("set", "apps/v1", "Deployment", "server")}},
      {{"metadata", Owned("rollout", "argoproj.io/v1alpha1", "Rollout", "r")}},
      {{"metadata", Meta("bare-set")}}};
  items_["pods"] = {
      Pod(Owned("a", "apps/v1", "ReplicaSet", "set")),
      Pod(Owned("b", "apps/v1", "StatefulSet", "db")),
      Pod(Owned("c", "apps/v1", "ReplicaSet", "rollout")),
      Pod(Owned("d", "apps/v1", "ReplicaSet", "bare-set")),
      Pod(Owned("e", "batch/v1", "Job", "job")),
      Pod(Owned("f", "apps.kruise.io/v1beta1", "StatefulSet", "other")),
      Pod(Meta("g")),
      Pod(Meta("not-gated"), false),
      Pod(Meta("of-the-host"), true, true)};
  Start();
  EXPECT_THAT(Loose(), UnorderedElementsAre("c", "d", "e", "f", "g"));
  EXPECT_THAT(cluster_.LooseNamespaces(), ElementsAre("shop"));
}

TEST_F(ApiClusterTest, NobodyOwnsPodsOfAnotherNamespace) {
  items_["deployments"] = {{{"metadata", Meta("server")}}};
  items_["replicasets"] = {
      {{"metadata", Owned("set", "apps/v1", "Deployment", "server")}},
      {{"metadata", Meta("bare-set")}}};
  Json forged = Pod(Owned("a", "apps/v1", "ReplicaSet", "set"));
  Json loose = Pod(Owned("b", "apps/v1", "ReplicaSet", "bare-set"));
  forged["metadata"]["namespace"] = "evil";
  loose["metadata"]["namespace"] = "evil";
  items_["pods"] = {forged, loose,
                    Pod(Owned("c", "apps/v1", "ReplicaSet", "set"))};
  Start();
  const auto pods = cluster_.Workload("shop", "Deployment", "server").pods;
  ASSERT_EQ(pods.size(), 1U);
  EXPECT_EQ(pods[0].id.name, "c");
  EXPECT_THAT(Loose(), IsEmpty());
}

TEST_F(ApiClusterTest, WithoutThemThereIsNothingToServe) {
  items_["replicasets"] = {{{"metadata", Meta("bare-set")}}};
  items_["pods"] = {Pod(Owned("a", "apps/v1", "ReplicaSet", "bare-set"), false),
                    Pod(Meta("of-the-host"), true, true)};
  Start();
  EXPECT_THAT(Loose(), IsEmpty());
  EXPECT_THAT(cluster_.LooseNamespaces(), IsEmpty());
}

TEST_F(ApiClusterTest, OldPodsOfATemplateThatLostItsGateAreStillServed) {
  items_["deployments"] = {{{"metadata", Meta("server")}}};
  items_["replicasets"] = {
      {{"metadata", Owned("set", "apps/v1", "Deployment", "server")}}};
  items_["pods"] =
      Json::array({Pod(Owned("a", "apps/v1", "ReplicaSet", "set"))});
  Start();
  const auto workloads = cluster_.Workloads();
  ASSERT_EQ(workloads.size(), 1U);
  EXPECT_TRUE(workloads[0].gated);
  // Its template does not: that is what the policy is told.
  EXPECT_FALSE(
      cluster_.Workload("shop", "Deployment", "server").workload->gated);
}

Json KedasAutoscaler(const std::string& name) {
  return {{"metadata", Owned(name, "keda.sh/v1alpha1", "ScaledObject", "s")},
          {"spec",
           {{"scaleTargetRef", {{"kind", "Deployment"}, {"name", "server"}}}}}};
}

TEST_F(ApiClusterTest, AutoscalerOfAScaledObjectThatIsNotSeenIsNamed) {
  items_["deployments"] = {{{"metadata", Meta("server")}}};
  items_["horizontalpodautoscalers"] =
      Json::array({KedasAutoscaler("keda-hpa-s")});
  items_["scaledobjects"] = {
      {{"metadata", Meta("s")},
       {"spec", {{"scaleTargetRef", {{"name", "server"}}}}}}};
  Start();
  const auto before = cluster_.Workload("shop", "Deployment", "server");
  EXPECT_THAT(before.autoscalers, IsEmpty());
  EXPECT_EQ(before.of_unseen, "keda-hpa-s");
  EXPECT_FALSE(cluster_.has_scaled_objects());
  // KEDA's API is found after all.
  cluster_.AddScaledObjects({"keda.sh", "v1alpha1", "scaledobjects"});
  EXPECT_TRUE(Eventually([this] {
    return cluster_.Workload("shop", "Deployment", "server").of_unseen.empty();
  }));
  const auto after = cluster_.Workload("shop", "Deployment", "server");
  ASSERT_EQ(after.autoscalers.size(), 1U);
  EXPECT_EQ(after.autoscalers[0].kind, kScaledObject);
}

TEST_F(ApiClusterTest, WhatWorkloadsAreAskedToBeIsNoNewStructure) {
  items_["deployments"] = {{{"metadata", Meta("server")}}};
  Start();
  EXPECT_TRUE(Eventually([&] { return news_ == 1; }));
  Json scaled = {{"metadata", Meta("server")}, {"spec", {{"replicas", 5}}}};
  scaled["metadata"]["resourceVersion"] = "2";
  api_.WatchWith(
      {{kube::WriteJson(Json{{"type", "MODIFIED"}, {"object", scaled}})},
       Ok{},
       "/deployments"});
  EXPECT_TRUE(Eventually([&] {
    return cluster_.Workload("shop", "Deployment", "server")
               .workload->replicas == 5;
  }));
  EXPECT_EQ(news_, 1);
}

}  // namespace
}  // namespace prewarm
