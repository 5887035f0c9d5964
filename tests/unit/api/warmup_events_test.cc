// Frames and pacing, on a clock that the test moves and streams it can see.
#include "inference-server/api/warmup_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace prewarm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Stream : public http::EventStream {
 public:
  bool Write(std::string_view frame) override {
    if (!reads || closed) return false;
    frames.emplace_back(frame);
    return true;
  }
  void Close() override { closed = true; }

  std::vector<std::string> frames;
  bool reads = true;
  bool closed = false;
};

class WarmupEventsTest : public testing::Test {
 protected:
  WarmupEventsTest() { context_.instance_id = "me"; }

  std::shared_ptr<Stream> Watch(std::string_view last_event_id = "") {
    auto stream = std::make_shared<Stream>();
    events_.Add(next_id_++, stream, last_event_id, now_);
    return stream;
  }
  void Become(WarmState state, const std::string& phase = "") {
    status_.state = state;
    status_.phase = phase;
    ++status_.version;
    events_.Change(status_, now_);
  }
  void Advance(milliseconds by) {
    now_ += by;
    events_.Work(now_);
  }

  ApiContext context_;
  WarmStatus status_;
  SteadyTime now_{seconds(100)};
  WarmupEvents events_{&context_, EventPace{}, [this] { return status_; }};
  WarmupEvents::Id next_id_ = 1;
};

TEST_F(WarmupEventsTest, AWatcherIsToldWhyAndNotWhereFilesLie) {
  status_.reason = "/data/store/base.pt is damaged";
  Become(WarmState::kFailed);
  const auto stream = Watch();
  ASSERT_EQ(stream->frames.size(), 1U);
  EXPECT_THAT(stream->frames[0], HasSubstr("\".../base.pt is damaged\""));
}

TEST_F(WarmupEventsTest, AWatcherGetsThePresentStateWithIdAndRetry) {
  Become(WarmState::kWarming, "bind");
  const auto stream = Watch();
  ASSERT_EQ(stream->frames.size(), 1U);
  const std::string& opening = stream->frames[0];
  EXPECT_THAT(opening, StartsWith("retry: "));
  EXPECT_THAT(opening, HasSubstr("\n\nid: me-1\nevent: progress\ndata: {"));
  EXPECT_THAT(opening, EndsWith("}\n\n"));
  const auto json =
      nlohmann::json::parse(opening.substr(opening.find("data: ") + 6));
  EXPECT_EQ(json["state"], "warming");
  EXPECT_EQ(json["phase"], "bind");
}

TEST_F(WarmupEventsTest, EveryTurnOfTheStateIsToldAtOnceByItsName) {
  const auto stream = Watch();
  for (const auto state : {WarmState::kWarming, WarmState::kFailed,
                           WarmState::kWarming, WarmState::kReady}) {
    Become(state);
  }
  ASSERT_EQ(stream->frames.size(), 5U);
  EXPECT_THAT(stream->frames[1], StartsWith("id: me-1\nevent: progress\n"));
  EXPECT_THAT(stream->frames[2], StartsWith("id: me-2\nevent: failed\n"));
  EXPECT_THAT(stream->frames[3], StartsWith("id: me-3\nevent: progress\n"));
  EXPECT_THAT(stream->frames[4], StartsWith("id: me-4\nevent: ready\n"));
  EXPECT_FALSE(stream->closed) << "what comes later is told as well";
}

TEST_F(WarmupEventsTest, AllWatchersGetTheSameFrame) {
  std::vector<std::shared_ptr<Stream>> streams;
  streams.reserve(5);
  for (int i = 0; i < 5; ++i) streams.push_back(Watch());
  Become(WarmState::kReady);
  for (const auto& stream : streams) {
    EXPECT_EQ(stream->frames.back(), streams[0]->frames.back());
  }
}

TEST_F(WarmupEventsTest, WhoComesBackWithTheLastIdGetsOnlyAComment) {
  Become(WarmState::kReady);
  const auto stream = Watch("me-1");
  ASSERT_EQ(stream->frames.size(), 1U);
  EXPECT_THAT(stream->frames[0], Not(HasSubstr("data:")));
  EXPECT_THAT(stream->frames[0], HasSubstr("\n: "));
  Become(WarmState::kFailed);
  EXPECT_THAT(stream->frames.back(), HasSubstr("event: failed"));
}

TEST_F(WarmupEventsTest, AnyOtherIdGetsThePresentState) {
  Become(WarmState::kWarming);
  Become(WarmState::kReady);
  for (const char* id : {"me-1", "me-3", "other-2", "2", "me-", "me-2x",
                         "me-99999999999999999999", "\n", "-"}) {
    EXPECT_THAT(Watch(id)->frames.at(0), HasSubstr("id: me-2\nevent: ready"))
        << id;
  }
}

TEST_F(WarmupEventsTest, AChangeThatNobodySeesIsNoNews) {
  Become(WarmState::kReady);
  const auto stream = Watch();
  const std::size_t before = stream->frames.size();
  status_.verified.max_abs_error = 0.25;
  Become(WarmState::kReady);
  Advance(seconds(1));
  EXPECT_EQ(stream->frames.size(), before);
  EXPECT_THAT(Watch("me-1")->frames.at(0), Not(HasSubstr("data:")));
}

TEST_F(WarmupEventsTest, PhasesAreToldAtMostTenTimesASecond) {
  Become(WarmState::kWarming);
  const auto stream = Watch();
  const std::size_t before = stream->frames.size();
  for (int i = 0; i < 1000; ++i) {
    Become(WarmState::kWarming, "phase " + std::to_string(i));
    Advance(milliseconds(1));
  }
  EXPECT_LE(stream->frames.size() - before, 10U);
  EXPECT_GE(stream->frames.size() - before, 9U);
  Advance(milliseconds(100));
  EXPECT_THAT(stream->frames.back(), HasSubstr("phase 999"));
}

TEST_F(WarmupEventsTest, EstimatesMoveBetweenChanges) {
  Become(WarmState::kWarming);
  const auto stream = Watch();
  const std::size_t before = stream->frames.size();
  for (int i = 0; i < 100; ++i) {
    status_.progress += 0.001;  // no change of the machine: no new version
    Advance(milliseconds(10));
  }
  EXPECT_LE(stream->frames.size() - before, 10U);
  EXPECT_GE(stream->frames.size() - before, 9U);
  EXPECT_THAT(stream->frames.back(), StartsWith("id: me-1\n"));
}

TEST_F(WarmupEventsTest, TheMoreWatchTheLessOftenEstimatesAreTold) {
  Become(WarmState::kWarming);
  const auto stream = Watch();
  for (int i = 1; i < 1000; ++i) Watch();
  std::size_t before = stream->frames.size();
  for (int i = 0; i < 500; ++i) {
    status_.progress += 0.0001;
    Advance(milliseconds(10));
  }
  EXPECT_GE(stream->frames.size() - before, 4U);
  EXPECT_LE(stream->frames.size() - before, 6U);
  before = stream->frames.size();
  Become(WarmState::kReady);
  EXPECT_EQ(stream->frames.size(), before + 1);
}

TEST_F(WarmupEventsTest, AnEstimateNeverOvertakesAChangeThatIsOnItsWay) {
  Become(WarmState::kWarming);
  const auto stream = Watch();
  ++status_.version;  // not handed over yet
  status_.state = WarmState::kReady;
  Advance(seconds(1));
  EXPECT_EQ(stream->frames.size(), 1U);
  const auto late = Watch();
  EXPECT_THAT(late->frames.at(0), HasSubstr("id: me-1\nevent: progress"));
  events_.Change(status_, now_);
  EXPECT_THAT(stream->frames.back(), StartsWith("id: me-2\nevent: ready"));
  EXPECT_THAT(late->frames.back(), StartsWith("id: me-2\nevent: ready"));
}

TEST_F(WarmupEventsTest, AQuietStreamGetsACommentFromTheOneTimerOfAll) {
  Become(WarmState::kReady);
  const auto early = Watch();
  Advance(seconds(10));
  const auto late = Watch();
  Advance(milliseconds(4999));
  EXPECT_EQ(early->frames.size(), 1U);
  Advance(milliseconds(1));
  EXPECT_EQ(early->frames.back(), ": alive\n\n");
  EXPECT_EQ(late->frames.back(), ": alive\n\n");
  EXPECT_EQ(events_.due(), now_ + seconds(15));
}

TEST_F(WarmupEventsTest, NothingIsDueWhileNobodyWatches) {
  Become(WarmState::kWarming);
  EXPECT_EQ(events_.due(), SteadyTime::max());
  const auto stream = Watch();
  EXPECT_NE(events_.due(), SteadyTime::max());
  events_.Remove(1);
  EXPECT_EQ(events_.due(), SteadyTime::max());
  EXPECT_EQ(events_.watchers(), 0U);
}

TEST_F(WarmupEventsTest, WhoDoesNotReadIsForgottenAndHoldsUpNobody) {
  const auto first = Watch();
  const auto stuck = Watch();
  const auto last = Watch();
  stuck->reads = false;
  Become(WarmState::kWarming);
  EXPECT_EQ(events_.watchers(), 2U);
  EXPECT_EQ(stuck.use_count(), 1);
  EXPECT_EQ(first->frames.size(), 2U);
  EXPECT_EQ(last->frames.size(), 2U);
  first->reads = false;
  Become(WarmState::kReady);
  last->reads = false;
  Advance(seconds(15));
  EXPECT_EQ(events_.watchers(), 0U);
}

TEST_F(WarmupEventsTest, DrainingIsTheLastWord) {
  const auto stream = Watch();
  Become(WarmState::kDraining);
  EXPECT_THAT(stream->frames.back(), HasSubstr("\"state\":\"draining\""));
  EXPECT_TRUE(stream->closed);
  EXPECT_EQ(events_.watchers(), 0U);
  const auto late = Watch();
  EXPECT_THAT(late->frames.back(), HasSubstr("\"state\":\"draining\""));
  EXPECT_TRUE(late->closed);
}

TEST_F(WarmupEventsTest, WatchersComeBackSpreadOverTime) {
  std::set<std::string> retries;
  for (int i = 0; i < 100; ++i) {
    const std::string opening = Watch()->frames.at(0);
    const int millis = std::stoi(opening.substr(7));
    EXPECT_GE(millis, 2000);
    EXPECT_LT(millis, 4000);
    retries.insert(opening.substr(0, opening.find('\n')));
  }
  EXPECT_GT(retries.size(), 90U);
}

}  // namespace
}  // namespace prewarm
