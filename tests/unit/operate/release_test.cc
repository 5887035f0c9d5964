#include "warmup-controller/operate/release.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/kube/fake_api.h"
#include "warmup-controller/floor/floor_mark.h"
#include "warmup-controller/kube/json_text.h"

namespace prewarm {
namespace {

using kube::Json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// One policy, and one autoscaler that it has raised from 1 to 3.
class ReleaseTest : public testing::Test {
 protected:
  ReleaseTest() {
    policy_ = {{"metadata",
                {{"namespace", "shop"},
                 {"name", "hours"},
                 {"uid", "p"},
                 {"resourceVersion", "1"},
                 {"finalizers", {"prewarm.dev/restore", "other/one"}}}},
               {"spec", Json::object()}};
    scaler_ = {
        {"metadata",
         {{"namespace", "shop"},
          {"name", "server"},
          {"uid", "s"},
          {"resourceVersion", "1"},
          {"annotations",
           {{kFloorAnnotation, MarkText({1, 3, 3, false, {"shop/hours"}})}}}}},
        {"spec",
         {{"minReplicas", 3},
          {"maxReplicas", 9},
          {"scaleTargetRef", {{"kind", "Deployment"}, {"name", "server"}}}}}};
  }
  Result<Json> Answer(const kube::ApiRequest& request) {
    const std::string path = request.path.substr(0, request.path.find('?'));
    const bool of_policy = path.find("prewarmpolicies") != std::string::npos;
    const bool of_scaler =
        path.find("horizontalpodautoscalers") != std::string::npos;
    Json& object = of_policy ? policy_ : scaler_;
    if (request.method == "PATCH") {
      if (refuses_) return MakeError(ErrorCode::kForbidden, "403");
      if (races_-- > 0) return MakeError(ErrorCode::kConflict, "409");
      object.merge_patch(Json::parse(request.body));
      return object;
    }
    if (path.find("/namespaces/shop/prewarmpolicies/") != std::string::npos) {
      return policy_;
    }
    Json items = Json::array();
    if (of_policy || of_scaler) items.push_back(object);
    return Json{{"metadata", {{"resourceVersion", "9"}}}, {"items", items}};
  }
  ReleaseReport Give() {
    auto report = GiveAllBack(
        &api_, {}, [this](const std::string& line) { lines_.push_back(line); });
    EXPECT_TRUE(report.ok()) << report.error().message;
    return report.ok() ? *report : ReleaseReport();
  }

  Json policy_;
  Json scaler_;
  int races_ = 0;
  bool refuses_ = false;
  kube::FakeApi api_{
      [this](const kube::ApiRequest& request) { return Answer(request); }};
  std::vector<std::string> lines_;
};

TEST_F(ReleaseTest, EverythingOfOursGoesAndNothingElse) {
  const ReleaseReport report = Give();
  EXPECT_EQ(report.done, 2U);
  EXPECT_THAT(report.failed, testing::IsEmpty());
  EXPECT_EQ(scaler_["spec"]["minReplicas"], 1);
  EXPECT_FALSE(scaler_["metadata"]["annotations"].contains(kFloorAnnotation));
  EXPECT_EQ(policy_["metadata"]["finalizers"], Json({"other/one"}));
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("minReplicas 3 -> 1"),
                                  HasSubstr("finalizer removed")));
  EXPECT_EQ(Give().done, 0U);
}

TEST_F(ReleaseTest, WhoWritesMeanwhileIsLookedAtAnew) {
  races_ = 3;
  EXPECT_EQ(Give().done, 2U);
  EXPECT_EQ(scaler_["spec"]["minReplicas"], 1);
}

TEST_F(ReleaseTest, WhoWritesAllTheTimeIsToldOfInTheEnd) {
  races_ = 1000;
  const ReleaseReport report = Give();
  EXPECT_THAT(report.failed, ElementsAre(HasSubstr("all the time")));
}

TEST_F(ReleaseTest, WhatIsRefusedIsToldAndTheFinalizerStays) {
  refuses_ = true;
  const ReleaseReport report = Give();
  EXPECT_EQ(report.done, 0U);
  EXPECT_THAT(report.failed, ElementsAre(HasSubstr("403")));
  EXPECT_THAT(policy_["metadata"]["finalizers"],
              Contains("prewarm.dev/restore"));
}

}  // namespace
}  // namespace prewarm
