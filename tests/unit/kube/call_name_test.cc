#include "warmup-controller/kube/call_name.h"

#include <gtest/gtest.h>

namespace prewarm::kube {
namespace {

std::string Name(const std::string& method, const std::string& path) {
  const CallName name = NameOfCall(method, path);
  return name.verb + " " + name.resource;
}

TEST(CallName, IsAsRbacSaysIt) {
  const std::string pods = "/api/v1/namespaces/shop/pods";
  EXPECT_EQ(Name("GET", pods + "?limit=500&continue=a/b"), "list pods");
  EXPECT_EQ(Name("GET", "/api/v1/pods"), "list pods");
  EXPECT_EQ(Name("GET", pods + "/a"), "get pods");
  EXPECT_EQ(Name("PATCH", pods + "/a/status?fieldManager=prewarm"),
            "patch pods/status");
  EXPECT_EQ(Name("DELETE", pods + "/a"), "delete pods");
  EXPECT_EQ(Name("POST", "/api/v1/namespaces/shop/events"), "create events");
  EXPECT_EQ(Name("PUT", "/apis/coordination.k8s.io/v1/namespaces/a/leases/b"),
            "update leases");
  EXPECT_EQ(Name("PATCH", "/apis/apps/v1/namespaces/a/deployments/b/scale"),
            "patch deployments/scale");
  EXPECT_EQ(NameOfWatch("/apis/apps/v1/deployments?watch=true").verb, "watch");
}

TEST(CallName, NoNameOfAnObjectGetsIntoIt) {
  EXPECT_EQ(Name("GET", "/api/v1/namespaces/secret-name"), "get namespaces");
  EXPECT_EQ(Name("GET", "/apis/keda.sh/v1alpha1"), "get discovery");
  EXPECT_EQ(Name("GET", "/apis"), "get discovery");
  EXPECT_EQ(Name("GET", ""), "get discovery");
}

}  // namespace
}  // namespace prewarm::kube
