#include "warmup-controller/operate/keda_finder.h"

#include <gtest/gtest.h>

#include <atomic>

#include "tests/support/eventually.h"
#include "tests/unit/kube/fake_api.h"

namespace prewarm {
namespace {

using kube::Json;

class KedaFinderTest : public testing::Test {
 protected:
  Result<Json> Answer(const kube::ApiRequest& call) const {
    if (!installed_) return MakeError(ErrorCode::kNotFound, "404");
    if (call.path == "/apis/keda.sh") {
      return Json{{"versions", {{{"version", "v1alpha1"}}}}};
    }
    return Json{
        {"resources", {{{"name", "scaledobjects"}, {"kind", "ScaledObject"}}}}};
  }
  bool AwaitCalls(std::size_t count) {
    return Eventually([&] { return api_.calls().size() >= count; });
  }

  std::atomic<bool> installed_{false};
  kube::FakeApi api_{
      [this](const kube::ApiRequest& call) { return Answer(call); }};
  KedaFinder finder_{&api_};
  SteadyTime now_;
};

TEST_F(KedaFinderTest, WhatIsInstalledLaterIsFoundAndToldOnce) {
  EXPECT_FALSE(finder_.Poll(now_));
  ASSERT_TRUE(AwaitCalls(1));
  installed_ = true;
  now_ += KedaFinder::kEvery;
  std::optional<kube::ResourceType> found;
  ASSERT_TRUE(Eventually([&] {
    found = finder_.Poll(now_);
    return found.has_value();
  }));
  EXPECT_EQ(found->plural, "scaledobjects");
  EXPECT_EQ(found->version, "v1alpha1");
  EXPECT_FALSE(finder_.Poll(now_));
}

TEST_F(KedaFinderTest, ServerIsAskedOnlyOnceInAWhile) {
  for (int i = 0; i < 59; ++i) {
    EXPECT_FALSE(finder_.Poll(now_));
    now_ += std::chrono::seconds(1);
  }
  ASSERT_TRUE(AwaitCalls(1));
  EXPECT_EQ(api_.calls().size(), 1U);
}

}  // namespace
}  // namespace prewarm
