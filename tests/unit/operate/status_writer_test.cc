#include "warmup-controller/operate/status_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/eventually.h"
#include "tests/unit/kube/fake_api.h"
#include "tests/unit/kube/hand_clock.h"

namespace prewarm {
namespace {

using nlohmann::json;

class StatusWriterTest : public testing::Test {
 protected:
  bool Set(int warm) {
    return writer_.Set("shop", "hours", json{{"warm", warm}});
  }
  bool AwaitCalls(std::size_t count) {
    return Eventually([&] { return api_.calls().size() >= count; });
  }
  // Until what was written is known to be: the same is not written again.
  void SetUntil(int warm, std::size_t count) {
    EXPECT_TRUE(Eventually([&] {
      Set(warm);
      return api_.calls().size() >= count;
    }));
  }

  std::atomic<int> to_fail_{0};  // of the calls that come
  kube::FakeApi api_{[this](const kube::ApiRequest&) -> Result<kube::Json> {
    if (to_fail_ > 0) {
      --to_fail_;
      return MakeError(ErrorCode::kUnavailable, "away");
    }
    return kube::Json::object();
  }};
  kube::HandClock clock_;
  StatusWriter writer_{
      &api_, {"prewarm.dev", "v1alpha1", "prewarmpolicies"}, &clock_};
};

TEST_F(StatusWriterTest, OneWriteForEachChangeAndNoneForNone) {
  Set(1);
  ASSERT_TRUE(AwaitCalls(1));
  SetUntil(2, 2);
  for (int i = 0; i < 20; ++i) Set(2);
  SetUntil(3, 3);
  EXPECT_EQ(api_.calls().size(), 3U);
  EXPECT_EQ(api_.calls()[0].path,
            "/apis/prewarm.dev/v1alpha1/namespaces/shop/prewarmpolicies/hours/"
            "status?fieldManager=prewarm");
}

TEST_F(StatusWriterTest, SaysWhenTheSameNeedNotBeSetAgain) {
  EXPECT_FALSE(Set(1)) << "it is on its way";
  EXPECT_TRUE(Eventually([&] { return Set(1); }));
  EXPECT_FALSE(Set(2));
  EXPECT_TRUE(Eventually([&] { return Set(2); }));
  EXPECT_EQ(api_.calls().size(), 2U);
}

TEST_F(StatusWriterTest, OneThatFailsIsNotWrittenYet) {
  to_fail_ = 1000;
  Set(1);
  ASSERT_TRUE(AwaitCalls(1));
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(Set(1));
}

TEST_F(StatusWriterTest, OneThatFailsIsTriedAgainAfterAPause) {
  to_fail_ = 1;
  Set(1);
  ASSERT_TRUE(AwaitCalls(1));
  for (int i = 0; i < 20; ++i) Set(1);
  EXPECT_EQ(api_.calls().size(), 1U);
  EXPECT_TRUE(Eventually([&] {
    clock_.Pass(std::chrono::seconds(1));
    Set(1);
    return api_.calls().size() == 2;
  }));
}

TEST_F(StatusWriterTest, AnotherPolicyOfThatNameIsToldAnew) {
  ASSERT_TRUE(Eventually([&] { return Set(1); }));
  writer_.Forget("shop", "hours");
  EXPECT_FALSE(Set(1));
  EXPECT_TRUE(AwaitCalls(2));
}

}  // namespace
}  // namespace prewarm
