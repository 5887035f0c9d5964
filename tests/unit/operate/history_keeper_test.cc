#include "warmup-controller/operate/history_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/eventually.h"
#include "tests/unit/kube/fake_api.h"
#include "tests/unit/kube/hand_clock.h"
#include "tests/unit/record/memories.h"
#include "warmup-controller/kube/json_text.h"

namespace prewarm {
namespace {

using kube::Json;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// One ConfigMap, with the server's guard on its version.
class Store {
 public:
  Result<Json> Call(const kube::ApiRequest& request) {
    if (error) return MakeError(*error, "refused");
    methods.push_back(request.method);
    if (request.method == "GET") {
      if (object.is_null()) return MakeError(ErrorCode::kNotFound, "none");
      return object;
    }
    Json body = Json::parse(request.body);
    if (request.method == "POST" && !object.is_null()) {
      return MakeError(ErrorCode::kAlreadyExists, "there is one");
    }
    if (request.method == "PUT" &&
        kube::TextAt(body, {"metadata", "resourceVersion"}) != Version()) {
      return MakeError(ErrorCode::kConflict, "another version");
    }
    body["metadata"]["resourceVersion"] = std::to_string(++writes);
    object = body;
    return object;
  }
  std::string Version() const {
    return kube::TextAt(object, {"metadata", "resourceVersion"});
  }
  void Hold(const std::string& text) {
    object = {{"metadata",
               {{"resourceVersion", std::to_string(++writes)},
                {"labels", {{HistoryKeeper::kOwnerLabel, "prewarm"}}}}},
              {"data", {{HistoryKeeper::kKey, text}}}};
  }

  Json object;
  int writes = 0;
  std::optional<ErrorCode> error;
  std::vector<std::string> methods;
};

History Learned(int starts, double hours = 1) {
  History history;
  for (int i = 0; i < starts; ++i) {
    history.targets["shop/Deployment/a"].makespans.push_back(Makespan());
  }
  history.policies["shop/a"].hours = {CivilDay(2026, 3, 2), hours, 0};
  return history;
}

class HistoryKeeperTest : public testing::Test {
 protected:
  std::unique_ptr<HistoryKeeper> Begin() {
    auto keeper = std::make_unique<HistoryKeeper>(
        &api_, "prewarm-system", "controller-state", &metrics_, &clock_);
    loaded_ = keeper->TryLoad();
    return keeper;
  }
  std::vector<std::string> TakeMethods() {
    return std::exchange(store_.methods, {});
  }
  void ExpectIgnored() {
    EXPECT_THAT(metrics_.Text(), HasSubstr("\nprewarm_state_ignored 1\n"));
  }

  Store store_;
  kube::FakeApi api_{
      [this](const kube::ApiRequest& request) { return store_.Call(request); }};
  kube::HandClock clock_;
  OperatorMetrics metrics_;
  std::optional<History> loaded_;
};

TEST_F(HistoryKeeperTest, NextLeaderKnowsWhatTheFirstHasLearned) {
  Begin()->Save(Learned(3), {});
  EXPECT_THAT(TakeMethods(), ElementsAre("GET", "POST"));
  EXPECT_EQ(kube::TextAt(store_.object,
                         {"metadata", "labels", HistoryKeeper::kOwnerLabel}),
            "prewarm");
  auto second = Begin();
  ASSERT_TRUE(loaded_);
  EXPECT_EQ(loaded_->targets["shop/Deployment/a"].makespans.size(), 3U);
  second->Save(Learned(4), {});
  EXPECT_THAT(TakeMethods(), ElementsAre("GET", "PUT"));
}

TEST_F(HistoryKeeperTest, WhatHasNotChangedIsNotWritten) {
  const auto keeper = Begin();
  keeper->Save({}, {});
  keeper->Save(Learned(3), {});
  keeper->Save(Learned(3), {});
  EXPECT_EQ(store_.writes, 1);
  Begin()->Save(Learned(3), {});
  EXPECT_EQ(store_.writes, 1);
}

TEST_F(HistoryKeeperTest, HoursAreWorthAWriteWhereABudgetCountsThem) {
  const auto keeper = Begin();
  keeper->Save(Learned(3, 1), {});
  keeper->Save(Learned(3, 2), {"shop/b"});
  EXPECT_EQ(store_.writes, 1);
  keeper->Save(Learned(3, 2), {"shop/a"});
  EXPECT_EQ(store_.writes, 2);
}

TEST_F(HistoryKeeperTest, RecordAloneIsWrittenEveryTenMinutes) {
  auto keeper = Begin();
  keeper->Save(Learned(3), {});
  History history = Learned(3);
  history.record = AMemory();
  keeper->Offer(history, {});
  // Its thread takes one after the other: this is the next write.
  keeper->Offer(Learned(4), {});
  EXPECT_TRUE(Eventually([&] { return api_.calls().size() == 3; }));
  clock_.Pass(HistoryKeeper::kRecordEvery);
  history = Learned(4);
  history.record = AMemory();
  keeper->Offer(history, {});
  EXPECT_TRUE(Eventually([&] { return api_.calls().size() == 4; }));
  keeper.reset();
  EXPECT_EQ(store_.writes, 3);
  Begin();
  EXPECT_EQ(loaded_->record.until, history.record.until);
}

TEST_F(HistoryKeeperTest, LastWriteHasTheRecordIfThereIsNewsInIt) {
  const auto keeper = Begin();
  History history = Learned(3);
  history.record = AMemory();
  keeper->Save(history, {});
  // Of hours only whole ones are news.
  history.record.until += seconds(1800);
  history.record.targets.at(kServer).account.hours += 0.5;
  keeper->Save(history, {});
  EXPECT_EQ(store_.writes, 1);
  history.record.targets.at(kServer).account.hours += 0.5;
  keeper->Save(history, {});
  EXPECT_EQ(store_.writes, 2);
}

TEST_F(HistoryKeeperTest, IsDueOnceAMinute) {
  const auto keeper = Begin();
  EXPECT_FALSE(keeper->IsDue(clock_.Now()));
  clock_.Pass(HistoryKeeper::kEvery);
  EXPECT_TRUE(keeper->IsDue(clock_.Now()));
  keeper->Offer(Learned(1), {});
  EXPECT_FALSE(keeper->IsDue(clock_.Now()));
  EXPECT_TRUE(Eventually([&] { return api_.calls().size() == 2; }));
}

TEST_F(HistoryKeeperTest, ObjectOfSomebodyElseIsLeftAlone) {
  store_.object = {{"metadata", {{"resourceVersion", "7"}}}, {"data", {}}};
  Begin()->Save(Learned(3), {});
  EXPECT_EQ(store_.writes, 0);
  ExpectIgnored();
}

TEST_F(HistoryKeeperTest, WhatIsDamagedOrNewerIsLeftAlone) {
  for (const char* text : {"{", R"({"version": 2})", R"({"version": "a"})"}) {
    store_.Hold(text);
    const int before = store_.writes;
    Begin()->Save(Learned(3), {});
    EXPECT_EQ(store_.writes, before) << text;
    ExpectIgnored();
    EXPECT_TRUE(loaded_ && loaded_->targets.empty());
  }
}

TEST_F(HistoryKeeperTest, WhoWroteMeanwhileIsReadBeforeTheNextWrite) {
  const auto keeper = Begin();
  keeper->Save(Learned(1), {});
  store_.Hold(HistoryText(Learned(2)));
  keeper->Save(Learned(3), {});
  EXPECT_THAT(metrics_.Text(), HasSubstr("writes_total{result=\"failed\"} 1"));
  TakeMethods();
  keeper->Save(Learned(3), {});
  EXPECT_THAT(TakeMethods(), ElementsAre("PUT"));
  // Of another kind by now: no more.
  store_.Hold("{");
  keeper->Save(Learned(4), {});
  TakeMethods();
  keeper->Save(Learned(5), {});
  EXPECT_THAT(TakeMethods(), IsEmpty());
  ExpectIgnored();
}

TEST_F(HistoryKeeperTest, ServerThatIsAwayIsWaitedForButNotForEver) {
  store_.error = ErrorCode::kUnavailable;
  auto keeper = Begin();
  EXPECT_FALSE(loaded_);
  clock_.Pass(seconds(5));
  store_.error.reset();
  loaded_ = keeper->TryLoad();
  EXPECT_TRUE(loaded_);
  store_.error = ErrorCode::kUnavailable;
  keeper = Begin();
  clock_.Pass(HistoryKeeper::kPatience);
  EXPECT_TRUE(keeper->TryLoad());
  ExpectIgnored();
}

TEST_F(HistoryKeeperTest, WithoutTheRightNothingIsKept) {
  store_.error = ErrorCode::kForbidden;
  const auto keeper = Begin();
  EXPECT_TRUE(loaded_);
  store_.error.reset();
  keeper->Save(Learned(3), {});
  EXPECT_EQ(store_.writes, 0);
  ExpectIgnored();
}

TEST_F(HistoryKeeperTest, WriteThatFailedIsMadeUpFor) {
  const auto keeper = Begin();
  store_.error = ErrorCode::kUnavailable;
  keeper->Save(Learned(3), {});
  store_.error.reset();
  keeper->Save(Learned(3), {});
  EXPECT_EQ(store_.writes, 1);
}

}  // namespace
}  // namespace prewarm
