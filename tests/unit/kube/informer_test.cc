#include "warmup-controller/kube/informer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/eventually.h"
#include "tests/unit/kube/fake_api.h"

namespace prewarm::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

// What is kept of a pod.
struct Phase {
  std::string phase;
  std::string version;  // makes no difference
  bool operator==(const Phase& other) const { return phase == other.phase; }
};

Json Pod(const std::string& name, const std::string& phase,
         const std::string& version) {
  return {
      {"metadata",
       {{"name", name}, {"namespace", "shop"}, {"resourceVersion", version}}},
      {"status", {{"phase", phase}}}};
}

Json List(const std::vector<Json>& pods, const std::string& version) {
  return {{"metadata", {{"resourceVersion", version}}}, {"items", pods}};
}

std::string Line(const std::string& type, const Json& object) {
  return WriteJson({{"type", type}, {"object", object}});
}

const char kBookmark[] =
    R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"50"}}})";
const char kGoneEvent[] =
    R"({"type":"ERROR","object":{"kind":"Status","code":410}})";

class InformerTest : public testing::Test {
 protected:
  InformerTest() {
    options_.backoff.first = milliseconds(1);
    options_.random = [] { return 0.5; };
  }
  void Start() {
    informer_ = std::make_unique<Informer<Phase>>(
        &api_, Selection{{"", "v1", "pods"}, "shop", "", ""},
        [](const Json& pod) {
          return Phase{TextAt(pod, {"status", "phase"}),
                       TextAt(pod, {"metadata", "resourceVersion"})};
        },
        [this](KeyChange change, const std::string& key) {
          const std::lock_guard<std::mutex> lock(mutex_);
          told_.push_back(std::string(change == KeyChange::kAdded     ? "+"
                                      : change == KeyChange::kChanged ? "~"
                                                                      : "-") +
                          key);
        },
        options_);
    informer_->Start();
  }
  std::vector<std::string> told() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return told_;
  }
  bool WatchesBegun(std::size_t count) {
    return Eventually([&] { return api_.watched().size() >= count; });
  }
  std::string PhaseOf(const std::string& key) {
    const auto found = informer_->Find(key);
    return found == nullptr ? "(none)" : found->phase;
  }

  FakeApi api_;
  ReflectorOptions options_;
  std::mutex mutex_;
  std::vector<std::string> told_;
  std::unique_ptr<Informer<Phase>> informer_;  // stops before all else ends
};

TEST_F(InformerTest, ListFillsTheCacheThenItIsSynced) {
  api_.Answer(List({Pod("a", "Running", "1"), Pod("b", "Pending", "2")}, "7"));
  Start();
  ASSERT_TRUE(informer_->WaitUntilSynced(seconds(60)));
  EXPECT_THAT(told(), UnorderedElementsAre("+shop/a", "+shop/b"));
  EXPECT_EQ(PhaseOf("shop/a"), "Running");
  EXPECT_EQ(PhaseOf("shop/c"), "(none)");
  EXPECT_EQ(informer_->All().size(), 2U);
  ASSERT_TRUE(WatchesBegun(1));
  EXPECT_EQ(api_.watched()[0],
            "/api/v1/namespaces/shop/pods?watch=1&allowWatchBookmarks=true&"
            "resourceVersion=7&timeoutSeconds=450");
}

TEST_F(InformerTest, EventsChangeTheCacheAndAreTold) {
  api_.Answer(List({Pod("a", "Pending", "1")}, "7"));
  api_.WatchWith({{Line("ADDED", Pod("b", "Pending", "8")),
                   Line("MODIFIED", Pod("a", "Running", "9")),
                   Line("DELETED", Pod("b", "Pending", "10"))},
                  Ok{}});
  Start();
  ASSERT_TRUE(WatchesBegun(2));
  EXPECT_THAT(told(), ElementsAre("+shop/a", "+shop/b", "~shop/a", "-shop/b"));
  EXPECT_EQ(PhaseOf("shop/a"), "Running");
  EXPECT_EQ(PhaseOf("shop/b"), "(none)");
  EXPECT_THAT(api_.watched()[1], HasSubstr("resourceVersion=10&"));
}

TEST_F(InformerTest, WhatChangesNothingOfTheProjectionIsNotTold) {
  api_.Answer(List({Pod("a", "Running", "1")}, "7"));
  api_.WatchWith({{Line("MODIFIED", Pod("a", "Running", "8")),
                   Line("DELETED", Pod("never seen", "Running", "9"))},
                  Ok{}});
  Start();
  ASSERT_TRUE(WatchesBegun(2));
  EXPECT_THAT(told(), ElementsAre("+shop/a"));
  // Who looks sees it as it was seen last.
  EXPECT_EQ(informer_->Find("shop/a")->version, "8");
}

TEST_F(InformerTest, BookmarkIsWhereADroppedWatchGoesOn) {
  api_.Answer(List({}, "7"));
  api_.WatchWith({{kBookmark}, MakeError(ErrorCode::kUnavailable, "dropped")});
  Start();
  ASSERT_TRUE(WatchesBegun(2));
  EXPECT_THAT(api_.watched()[1], HasSubstr("resourceVersion=50&"));
  EXPECT_EQ(api_.calls().size(), 1U);
}

TEST_F(InformerTest, GoneListsAgainAndTellsOnlyWhatDiffers) {
  const std::vector<ScriptedWatch> ways = {
      {{kGoneEvent}, Ok{}}, {{}, MakeError(ErrorCode::kGone, "410")}};
  api_.Answer(List({Pod("a", "Pending", "1"), Pod("b", "Pending", "2"),
                    Pod("c", "Pending", "3")},
                   "7"));
  api_.Answer(List({Pod("a", "Pending", "1"), Pod("b", "Running", "8"),
                    Pod("d", "Pending", "9")},
                   "20"));
  api_.Answer(List({Pod("a", "Pending", "1")}, "30"));
  api_.WatchWith(ways[0]);
  Start();
  ASSERT_TRUE(WatchesBegun(2));
  auto changes = told();
  changes.erase(changes.begin(), changes.begin() + 3);
  EXPECT_THAT(changes, UnorderedElementsAre("~shop/b", "+shop/d", "-shop/c"));
  EXPECT_THAT(api_.watched()[1], HasSubstr("resourceVersion=20&"));
  api_.WatchWith(ways[1]);
  ASSERT_TRUE(WatchesBegun(3));
  EXPECT_THAT(api_.watched()[2], HasSubstr("resourceVersion=30&"));
  EXPECT_EQ(informer_->All().size(), 1U);
}

TEST_F(InformerTest, ListThatFailsIsTroubleUntilOneDoesNot) {
  std::atomic<bool> allowed{false};
  FakeApi api([&allowed](const ApiRequest&) -> Result<Json> {
    if (!allowed) return MakeError(ErrorCode::kForbidden, "no");
    return List({}, "7");
  });
  Informer<Phase> informer(
      &api, {{"", "v1", "pods"}, "", "", ""},
      [](const Json&) { return Phase{}; }, [](KeyChange, const std::string&) {},
      options_);
  informer.Start();
  ASSERT_TRUE(Eventually([&] { return informer.trouble().has_value(); }));
  EXPECT_FALSE(informer.synced());
  allowed = true;
  ASSERT_TRUE(informer.WaitUntilSynced(seconds(60)));
  EXPECT_FALSE(informer.trouble());
}

TEST_F(InformerTest, LineThatIsNoEventListsAgain) {
  api_.Answer(List({}, "7"));
  api_.Answer(List({Pod("a", "Running", "8")}, "8"));
  api_.WatchWith({{"garbage"}, Ok{}});
  Start();
  ASSERT_TRUE(WatchesBegun(2));
  EXPECT_THAT(told(), ElementsAre("+shop/a"));
}

TEST_F(InformerTest, RestartedListForgetsWhatItHadBefore) {
  Json first = List({Pod("old", "Running", "1")}, "7");
  first["metadata"]["continue"] = "token";
  api_.Answer(first);
  api_.Answer(MakeError(ErrorCode::kGone, "expired"));
  api_.Answer(List({Pod("new", "Running", "9")}, "9"));
  Start();
  ASSERT_TRUE(informer_->WaitUntilSynced(seconds(60)));
  EXPECT_THAT(told(), ElementsAre("+shop/new"));
}

TEST_F(InformerTest, StopEndsAWatchThatIsSilent) {
  api_.Answer(List({}, "7"));
  Start();
  ASSERT_TRUE(WatchesBegun(1));
  informer_->Stop();
}

}  // namespace
}  // namespace prewarm::kube
