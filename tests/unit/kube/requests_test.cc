#include "warmup-controller/kube/requests.h"

#include <gtest/gtest.h>

namespace prewarm::kube {
namespace {

const ResourceType kHpas{"autoscaling", "v1", "horizontalpodautoscalers"};

TEST(ResourcePath, NamesGroupsNamespacesAndSubresources) {
  EXPECT_EQ(PathOf(ObjectRef{{"", "v1", "pods"}, "", "", ""}), "/api/v1/pods");
  EXPECT_EQ(PathOf(ObjectRef{{"", "v1", "pods"}, "shop", "a-0", "status"}),
            "/api/v1/namespaces/shop/pods/a-0/status");
  EXPECT_EQ(
      PathOf(ObjectRef{{"apps", "v1", "deployments"}, "shop", "a", "scale"}),
      "/apis/apps/v1/namespaces/shop/deployments/a/scale");
  EXPECT_EQ(PathOf(ObjectRef{{"", "v1", "nodes"}, "", "n", ""}),
            "/api/v1/nodes/n");
}

TEST(ResourcePath, NamesCannotLeaveTheirPlace) {
  EXPECT_EQ(PathOf(ObjectRef{{"", "v1", "pods"}, "a/b", "../x?y#z %", ""}),
            "/api/v1/namespaces/a%2Fb/pods/..%2Fx%3Fy%23z%20%25");
}

TEST(QueryText, LeavesOutWhatIsEmpty) {
  EXPECT_EQ(QueryText({}), "");
  EXPECT_EQ(QueryText({{"a", ""}, {"b", "x=1,y in (2)"}, {"c", "1"}}),
            "?b=x%3D1%2Cy%20in%20%282%29&c=1");
}

TEST(Requests, EachPatchSaysItsKind) {
  const ObjectRef hpa{kHpas, "shop", "a", ""};
  const Json patch = {{"spec", {{"minReplicas", 2}}}};
  const std::string path =
      "/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers/a"
      "?fieldManager=prewarm";
  ApiRequest request = MergePatchRequest(hpa, patch);
  EXPECT_EQ(request.method, "PATCH");
  EXPECT_EQ(request.path, path);
  EXPECT_EQ(request.content_type, "application/merge-patch+json");
  EXPECT_EQ(request.body, R"({"spec":{"minReplicas":2}})");
  EXPECT_EQ(StrategicMergePatchRequest(hpa, patch).content_type,
            "application/strategic-merge-patch+json");
  EXPECT_EQ(JsonPatchRequest(hpa, Json::array()).content_type,
            "application/json-patch+json");
  request = ApplyRequest(hpa, patch, false);
  EXPECT_EQ(request.content_type, "application/apply-patch+yaml");
  EXPECT_EQ(request.path, path);
  EXPECT_EQ(ApplyRequest(hpa, patch, true).path, path + "&force=true");
}

TEST(Requests, WhatIsMadeGoesToItsCollection) {
  const ApiRequest request =
      CreateRequest({{"", "v1", "events"}, "shop", "a", ""}, Json::object());
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path,
            "/api/v1/namespaces/shop/events?fieldManager=prewarm");
  EXPECT_EQ(request.content_type, "application/json");
}

TEST(Requests, WhatIsReplacedIsPutWhereItIs) {
  const ApiRequest request =
      ReplaceRequest({kHpas, "shop", "a", "status"}, Json::object());
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.path.substr(request.path.find("/a/")),
            "/a/status?fieldManager=prewarm");
}

TEST(Requests, DeleteKeepsToItsPreconditions) {
  const ObjectRef pod{{"", "v1", "pods"}, "shop", "a", ""};
  EXPECT_EQ(DeleteRequest(pod, {}).body,
            R"({"apiVersion":"v1","kind":"DeleteOptions"})");
  EXPECT_EQ(DeleteRequest(pod, {"u", "7"}).body,
            R"({"apiVersion":"v1","kind":"DeleteOptions",)"
            R"("preconditions":{"resourceVersion":"7","uid":"u"}})");
}

TEST(Requests, TextThatIsNoUtf8IsRepaired) {
  EXPECT_EQ(WriteJson({{"a", "\xff"}}), "{\"a\":\"\xef\xbf\xbd\"}");
}

TEST(JsonText, MembersThatAreNotThereAreNothing) {
  const Json json = *ReadJson(R"({"a":{"b":"c","n":7,"big":9999999999}})");
  EXPECT_EQ(TextAt(json, {"a", "b"}), "c");
  EXPECT_EQ(TextAt(json, {"a", "b", "c"}), "");
  EXPECT_EQ(TextAt(json, {"x"}), "");
  EXPECT_EQ(IntAt(json, {"a", "n"}, 1), 7);
  EXPECT_EQ(IntAt(json, {"a", "b"}, 1), 1);
  EXPECT_EQ(IntAt(json, {"a", "big"}, 1), 1);
}

TEST(JsonText, DepthIsBounded) {
  const auto nested = [](int depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(ReadJson(nested(100)).ok());
  EXPECT_FALSE(ReadJson(nested(101)).ok());
  // Brackets within texts do not count.
  EXPECT_TRUE(ReadJson("\"\\\"" + std::string(500, '[') + "\"").ok());
}

}  // namespace
}  // namespace prewarm::kube
