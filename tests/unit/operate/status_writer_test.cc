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
  bool Set(int warm) { return writer_.Set(object_, json{{"warm", warm}}); }
  // The cache has come to see this status.
  void See(const json& status) { object_.status = status.dump(); }
  // Until that was written, and is known to be.
  bool SetToTheEnd(int warm) {
    return Eventually([&] { return Set(warm); });
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

  static PolicyObject Hours() {
    PolicyObject object;
    object.namespace_name = "shop";
    object.name = "hours";
    object.uid = "uid-1";
    object.status = "{}";
    return object;
  }

  PolicyObject object_ = Hours();
  std::atomic<int> to_fail_{0};  // of the calls that come
  std::atomic<int> asked_{0};    // to wait so many seconds then
  kube::Json answer_ = kube::Json::object();
  kube::FakeApi api_{[this](const kube::ApiRequest&) -> Result<kube::Json> {
    if (to_fail_ > 0) {
      --to_fail_;
      Error away = MakeError(ErrorCode::kUnavailable, "away");
      if (asked_ > 0) away.retry_after_seconds = asked_;
      return away;
    }
    return answer_;
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

TEST_F(StatusWriterTest, ServerThatAsksForAPauseGetsIt) {
  to_fail_ = 1;
  asked_ = 20;
  Set(1);
  ASSERT_TRUE(AwaitCalls(1));
  int waited = 0;
  EXPECT_TRUE(Eventually([&] {
    clock_.Pass(std::chrono::seconds(1));
    ++waited;
    Set(1);
    return api_.calls().size() == 2;
  }));
  EXPECT_GE(waited, 20);
}

TEST_F(StatusWriterTest, AnotherPolicyOfThatNameIsToldAnew) {
  ASSERT_TRUE(Eventually([&] { return Set(1); }));
  writer_.Forget("shop", "hours");
  EXPECT_FALSE(Set(1));
  EXPECT_TRUE(AwaitCalls(2));
  object_.uid = "uid-2";
  ASSERT_TRUE(Eventually([&] { return Set(1); }));
  ASSERT_EQ(api_.calls().size(), 3U);
}

TEST_F(StatusWriterTest, WhatWasMeantForThePolicyBeforeIsPutRight) {
  ASSERT_TRUE(Eventually([&] { return Set(1); }));
  object_.uid = "uid-2";
  See({{"warm", 7}});
  EXPECT_FALSE(Set(1));
  ASSERT_TRUE(AwaitCalls(2));
  EXPECT_EQ(json::parse(api_.calls()[1].body)["status"]["warm"], 1);
}

TEST_F(StatusWriterTest, WhatTheLeaderBeforeHasWrittenIsNotWrittenAgain) {
  See({{"warm", 1}, {"instanceHours", {{"hours", 3}}}});
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(writer_.Set(object_, {{"warm", 1}, {"scale", nullptr}}));
  }
  EXPECT_THAT(api_.calls(), testing::IsEmpty());
  ASSERT_TRUE(SetToTheEnd(2));
  EXPECT_EQ(api_.calls().size(), 1U);
}

json WrittenCondition(const std::string& status, const std::string& since) {
  return {{"type", "Warm"}, {"status", status}, {"lastTransitionTime", since}};
}

TEST_F(StatusWriterTest, ConditionThatStaysKeepsItsTimeOverATakeover) {
  See({{"conditions", {WrittenCondition("True", "before")}}});
  const json now = {{"warm", 1},
                    {"conditions", {WrittenCondition("True", "now")}}};
  ASSERT_TRUE(Eventually([&] { return writer_.Set(object_, now); }));
  const json later = {{"warm", 2},
                      {"conditions", {WrittenCondition("True", "now")}}};
  ASSERT_TRUE(Eventually([&] { return writer_.Set(object_, later); }));
  const json other = {{"conditions", {WrittenCondition("False", "now")}}};
  ASSERT_TRUE(Eventually([&] { return writer_.Set(object_, other); }));
  std::vector<std::string> times;
  for (const auto& call : api_.calls()) {
    times.push_back(json::parse(call.body)["status"]["conditions"][0].at(
        "lastTransitionTime"));
  }
  EXPECT_THAT(times, testing::ElementsAre("before", "before", "now"));
}

TEST_F(StatusWriterTest, WhatOthersWriteOverItIsWrittenAgainOnceInAWhile) {
  ASSERT_TRUE(SetToTheEnd(1));
  See({{"warm", 1}});
  EXPECT_TRUE(Set(1));
  See({{"warm", 77}});
  EXPECT_FALSE(Set(1));
  ASSERT_TRUE(AwaitCalls(2));
  EXPECT_EQ(json::parse(api_.calls()[1].body)["status"]["warm"], 1);
  See({{"warm", 1}});
  ASSERT_TRUE(SetToTheEnd(1));
  // Who does it all the time is not fought.
  See({{"warm", 78}});
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(Set(1));
  EXPECT_EQ(api_.calls().size(), 2U);
  clock_.Pass(StatusWriter::kRepairAgain);
  EXPECT_FALSE(Set(1));
  EXPECT_TRUE(AwaitCalls(3));
}

TEST_F(StatusWriterTest, CacheThatIsLateIsNobodyElse) {
  See({{"warm", 1}});
  ASSERT_TRUE(SetToTheEnd(2));
  ASSERT_TRUE(SetToTheEnd(3));
  EXPECT_TRUE(Set(3)) << "nothing has come yet";
  See({{"warm", 2}});
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(Set(3)) << "it is to be looked at";
  See({{"warm", 3}});
  EXPECT_TRUE(Set(3));
  EXPECT_EQ(api_.calls().size(), 2U);
}

TEST_F(StatusWriterTest, WriteThatTheCacheNeverShowedIsRepairedInTheEnd) {
  ASSERT_TRUE(SetToTheEnd(1));
  See({{"warm", 77}});
  EXPECT_FALSE(Set(1));
  EXPECT_EQ(api_.calls().size(), 1U);
  clock_.Pass(StatusWriter::kSeenAtLast);
  EXPECT_FALSE(Set(1));
  EXPECT_TRUE(AwaitCalls(2));
}

TEST_F(StatusWriterTest, WhatTheServerDoesNotKeepIsNobodysWrite) {
  answer_ = {{"status", {{"desired", 2}}}};
  ASSERT_TRUE(SetToTheEnd(1));
  See({{"desired", 2}});
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(Set(1));
  clock_.Pass(std::chrono::hours(1));
  EXPECT_TRUE(Set(1));
  EXPECT_EQ(api_.calls().size(), 1U);
}

}  // namespace
}  // namespace prewarm
