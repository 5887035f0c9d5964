#include "warmup-controller/kube/discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/kube/fake_api.h"

namespace prewarm::kube {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Json Group(const std::vector<std::string>& versions) {
  Json group = {{"kind", "APIGroup"}, {"versions", Json::array()}};
  for (const std::string& version : versions) {
    group["versions"].push_back({{"version", version}});
  }
  return group;
}

Json Resources(const std::vector<std::string>& names) {
  Json list = {{"kind", "APIResourceList"}, {"resources", Json::array()}};
  for (const std::string& name : names) {
    list["resources"].push_back(
        {{"name", name}, {"kind", "Kind"}, {"namespaced", true}});
  }
  return list;
}

Error NotFound() { return MakeError(ErrorCode::kNotFound, "404"); }

TEST(Discovery, FirstVersionOfTheOrderThatIsServedIsTaken) {
  FakeApi api;
  api.Answer(Group({"v2", "v1", "v2beta2"}));
  api.Answer(Resources(
      {"horizontalpodautoscalers", "horizontalpodautoscalers/status"}));
  const auto found = FindResource(
      &api, "autoscaling", "horizontalpodautoscalers", {"v3", "v1", "v2"});
  ASSERT_TRUE(found.ok() && *found);
  EXPECT_EQ((*found)->type.version, "v1");
  EXPECT_EQ((*found)->kind, "Kind");
  EXPECT_TRUE((*found)->namespaced);
  EXPECT_TRUE((*found)->has_status);
  EXPECT_FALSE((*found)->has_scale);
  EXPECT_EQ(api.calls()[0].path, "/apis/autoscaling");
  EXPECT_EQ(api.calls()[1].path, "/apis/autoscaling/v1");
}

TEST(Discovery, VersionWithoutTheResourceIsPassedOver) {
  FakeApi api;
  api.Answer(Group({"v1", "v1beta1"}));
  api.Answer(Resources({"others"}));
  api.Answer(Resources({"endpointslices"}));
  const auto found = FindResource(&api, "discovery.k8s.io", "endpointslices",
                                  {"v1", "v1beta1"});
  ASSERT_TRUE(found.ok() && *found);
  EXPECT_EQ((*found)->type.version, "v1beta1");
}

TEST(Discovery, AbsentGroupsVersionsAndResourcesAreNoErrors) {
  FakeApi api;
  api.Answer(NotFound());
  auto found = FindResource(&api, "keda.sh", "scaledobjects", {"v1alpha1"});
  ASSERT_TRUE(found.ok());
  EXPECT_FALSE(*found);
  api.Answer(Group({"v9"}));
  found = FindResource(&api, "keda.sh", "scaledobjects", {"v1alpha1"});
  ASSERT_TRUE(found.ok());
  EXPECT_FALSE(*found);
  api.Answer(Group({"v1alpha1"}));
  api.Answer(NotFound());
  found = FindResource(&api, "keda.sh", "scaledobjects", {"v1alpha1"});
  ASSERT_TRUE(found.ok());
  EXPECT_FALSE(*found);
}

TEST(Discovery, ServerThatDoesNotAnswerIsAnErrorAndNotAnAbsence) {
  FakeApi api;
  EXPECT_EQ(
      FindResource(&api, "keda.sh", "scaledobjects", {"v1alpha1"}).error().code,
      ErrorCode::kUnavailable);
}

TEST(Discovery, OddAnswersHoldNothing) {
  EXPECT_THAT(VersionsOf(Json(), {"v1"}), IsEmpty());
  EXPECT_THAT(VersionsOf(Group({"v1", "v2"}), {"v2", "v1"}),
              ElementsAre("v2", "v1"));
  EXPECT_FALSE(ResourceOf(Json::array(), {"a", "v1", "b"}));
  EXPECT_FALSE(
      ResourceOf({{"resources", {1, "x", nullptr}}}, {"a", "v1", "b"}));
}

}  // namespace
}  // namespace prewarm::kube
