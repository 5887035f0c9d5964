#include "warmup-controller/cluster/read_objects.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace prewarm {
namespace {

using nlohmann::json;

const char kPod[] = R"({
  "metadata": {"namespace": "shop", "name": "server-1", "uid": "u-1",
    "resourceVersion": "41",
    "annotations": {"controller.kubernetes.io/pod-deletion-cost": "7"},
    "ownerReferences": [
      {"kind": "Other", "name": "x", "uid": "x"},
      {"kind": "ReplicaSet", "name": "server-abc", "uid": "rs-1",
       "controller": true}]},
  "spec": {
    "readinessGates": [{"conditionType": "prewarm.dev/warm"}],
    "containers": [
      {"name": "proxy", "ports": [{"containerPort": 80}]},
      {"name": "server", "ports": [
        {"name": "http", "containerPort": 8080},
        {"name": "admin", "containerPort": 9091}]}]},
  "status": {"phase": "Running", "podIP": "10.244.0.7",
    "conditions": [{"type": "Ready", "status": "True"},
      {"type": "prewarm.dev/warm", "status": "True", "reason": "Verified",
       "message": "containerd://b proved by instance 1"}],
    "containerStatuses": [
      {"name": "proxy", "containerID": "containerd://a", "restartCount": 9,
       "state": {"running": {}}},
      {"name": "server", "containerID": "containerd://b", "restartCount": 2,
       "state": {"running": {"startedAt": "2026-03-02T09:00:00Z"}}}]}})";

TEST(ReadPod, TellsOfTheContainerThatServes) {
  const PodSeen pod = ReadPod(json::parse(kPod));
  EXPECT_EQ(pod.id.namespace_name, "shop");
  EXPECT_EQ(pod.id.name, "server-1");
  EXPECT_EQ(pod.id.resource_version, "41");
  ASSERT_TRUE(pod.owner.has_value());
  EXPECT_EQ(pod.owner->uid, "rs-1");
  EXPECT_EQ(pod.ip, "10.244.0.7");
  EXPECT_EQ(pod.ports.at("admin"), 9091);
  EXPECT_EQ(pod.first_port, 8080);
  EXPECT_TRUE(pod.gated);
  EXPECT_EQ(pod.container_id, "containerd://b");
  EXPECT_EQ(pod.restarts, 2);
  ASSERT_TRUE(pod.warm.has_value());
  EXPECT_TRUE(pod.warm->is_true);
  EXPECT_EQ(pod.deletion_cost, 7);
  EXPECT_FALSE(pod.deleting);
}

TEST(ReadPod, StartThatDoesNotRunHasNoName) {
  json pod = json::parse(kPod);
  pod["status"]["containerStatuses"][1]["state"] = {
      {"waiting", json::object()}};
  EXPECT_EQ(ReadPod(pod).container_id, "");
  pod["status"].erase("containerStatuses");
  EXPECT_EQ(ReadPod(pod).container_id, "");
}

TEST(ReadPod, WithoutAnAdminPortTheFirstContainerServes) {
  json pod = json::parse(kPod);
  pod["spec"]["containers"][1]["ports"].erase(1);
  EXPECT_EQ(ReadPod(pod).container_id, "containerd://a");
  EXPECT_EQ(ReadPod(pod).first_port, 80);
}

TEST(ReadObjects, WhatIsNotThereIsAsIfItWereNotSet) {
  for (const char* text : {"{}", "[]", "null", "{\"spec\":[],\"status\":3}",
                           "{\"spec\":{\"containers\":{\"a\":1}}}"}) {
    const json object = json::parse(text);
    EXPECT_EQ(ReadPod(object), PodSeen());
    EXPECT_EQ(ReadReplicaSet(object), ReplicaSetSeen());
    EXPECT_EQ(ReadWorkload(object, "Deployment").replicas, 1);
    EXPECT_EQ(ReadHorizontalPodAutoscaler(object).min, 1);
    EXPECT_EQ(ReadScaledObject(object).min, 0);
  }
}

TEST(ReadWorkload, StatefulSetIsOrderedUnlessItSaysOtherwise) {
  json object = {{"spec", {{"replicas", 0}}}};
  EXPECT_FALSE(ReadWorkload(object, "Deployment").ordered);
  EXPECT_TRUE(ReadWorkload(object, "StatefulSet").ordered);
  object["spec"]["podManagementPolicy"] = "Parallel";
  const WorkloadSeen seen = ReadWorkload(object, "StatefulSet");
  EXPECT_FALSE(seen.ordered);
  EXPECT_EQ(seen.replicas, 0);
}

json Owner(const std::string& manager, const std::string& time) {
  return {{"manager", manager},
          {"time", time},
          {"fieldsV1", {{"f:spec", {{"f:replicas", json::object()}}}}}};
}

TEST(ReadWorkload, NewestWriterOfReplicasMayBeUs) {
  json object;
  json& fields = object["metadata"]["managedFields"];
  EXPECT_FALSE(ReadWorkload(object, "Deployment").replicas_ours);
  fields = json::array({Owner("prewarm", "2026-11-27T09:00:00Z")});
  EXPECT_TRUE(ReadWorkload(object, "Deployment").replicas_ours);
  fields.push_back(Owner("kubectl", "2026-11-27T08:00:00Z"));
  EXPECT_TRUE(ReadWorkload(object, "Deployment").replicas_ours);
  fields.push_back(Owner("kubectl", "2026-11-27T10:00:00Z"));
  EXPECT_FALSE(ReadWorkload(object, "Deployment").replicas_ours);
}

TEST(ReadScaledObject, KnowsPausesAndIdling) {
  json object = {
      {"spec",
       {{"scaleTargetRef", {{"name", "server"}}}, {"minReplicaCount", 2}}}};
  AutoscalerSeen seen = ReadScaledObject(object);
  EXPECT_EQ(seen.target_kind, "Deployment");
  EXPECT_EQ(seen.min, 2);
  EXPECT_EQ(seen.max, 100);
  EXPECT_FALSE(seen.paused);
  object["metadata"]["annotations"] = {{"autoscaling.keda.sh/paused", "true"}};
  EXPECT_TRUE(ReadScaledObject(object).paused);
  object["metadata"]["annotations"] = {{"autoscaling.keda.sh/paused", "false"}};
  EXPECT_FALSE(ReadScaledObject(object).paused);
  object["metadata"]["annotations"] = {
      {"autoscaling.keda.sh/paused-replicas", "0"}};
  EXPECT_TRUE(ReadScaledObject(object).paused);
  object["spec"]["idleReplicaCount"] = 0;
  EXPECT_TRUE(ReadScaledObject(object).idles);
}

TEST(ReadHorizontalPodAutoscaler, TellsWhatItScalesAndOurMark) {
  const json object = {
      {"metadata", {{"annotations", {{"prewarm.dev/floor", "{}"}}}}},
      {"spec",
       {{"scaleTargetRef", {{"kind", "Deployment"}, {"name", "server"}}},
        {"minReplicas", 2},
        {"maxReplicas", 9}}}};
  const AutoscalerSeen seen = ReadHorizontalPodAutoscaler(object);
  EXPECT_EQ(seen.target_kind, "Deployment");
  EXPECT_EQ(seen.target_name, "server");
  EXPECT_EQ(seen.min, 2);
  EXPECT_EQ(seen.max, 9);
  EXPECT_EQ(seen.mark, "{}");
}

}  // namespace
}  // namespace prewarm
