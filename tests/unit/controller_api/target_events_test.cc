// Frames and pacing, on a clock that the test moves and streams it can see.
#include "warmup-controller/api/target_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/controller_api/fakes.h"

namespace prewarm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

class TargetEventsTest : public testing::Test {
 protected:
  TargetEventsTest() { Become("server", "cold"); }

  // The others stay the same objects, as in the loop.
  void Become(const std::string& name, const std::string& state,
              double progress = 0) {
    TargetStatus target = ATarget("shop", name);
    target.state = state;
    target.progress = progress;
    Replace(name, std::make_shared<const TargetStatus>(target));
  }
  void Replace(const std::string& name,
               const std::shared_ptr<const TargetStatus>& target) {
    ControllerStatus status;
    for (const auto& other : status_->targets) {
      if (other->name != name) status.targets.push_back(other);
    }
    if (target) status.targets.push_back(target);
    status_ = std::make_shared<const ControllerStatus>(status);
  }
  std::shared_ptr<FakeStream> Watch(
      const std::string& name = "server",
      TargetDetail detail = TargetDetail::kForVisitors) {
    auto stream = std::make_shared<FakeStream>();
    events_.Add(next_id_++, {"shop", name, detail}, stream, *status_, now_);
    return stream;
  }
  void Advance(milliseconds by) {
    now_ += by;
    events_.Work(status_, now_);
  }

  TargetEvents::StatusPtr status_ = std::make_shared<const ControllerStatus>();
  SteadyTime now_{seconds(100)};
  TargetEvents events_{EventPace{}};
  TargetEvents::Id next_id_ = 1;
};

TEST_F(TargetEventsTest, AWatcherGetsThePresentStateAtOnceWithIdAndRetry) {
  const auto stream = Watch();
  ASSERT_THAT(stream->frames(), SizeIs(1));
  const std::string opening = stream->frames()[0];
  EXPECT_THAT(opening, StartsWith("retry: "));
  EXPECT_THAT(opening, HasSubstr("\n\nid: 1\nevent: warmup\ndata: {"));
  EXPECT_THAT(opening, EndsWith("}\n\n"));
  const auto json =
      nlohmann::json::parse(opening.substr(opening.find("data: ") + 6));
  EXPECT_EQ(json["state"], "cold");
}

TEST_F(TargetEventsTest, AChangeIsToldOnceToAllInTheSameFrame) {
  std::vector<std::shared_ptr<FakeStream>> streams;
  streams.reserve(5);
  for (int i = 0; i < 5; ++i) streams.push_back(Watch());
  Become("server", "ready");
  Advance(milliseconds(100));
  Advance(milliseconds(100));
  for (const auto& stream : streams) {
    ASSERT_THAT(stream->frames(), SizeIs(2));
    EXPECT_THAT(stream->frames()[1],
                StartsWith("id: 2\nevent: warmup\ndata: {"));
    EXPECT_EQ(stream->frames()[1], streams[0]->frames()[1]);
  }
}

TEST_F(TargetEventsTest, ChangesAreToldAtMostTenTimesASecond) {
  const auto stream = Watch();
  for (int i = 1; i <= 1000; ++i) {
    Become("server", "warming", i / 1000.0);
    Advance(milliseconds(1));
  }
  EXPECT_LE(stream->frames().size(), 11U);
  EXPECT_GE(stream->frames().size(), 10U);
  Advance(milliseconds(100));
  EXPECT_THAT(stream->frames().back(), HasSubstr("\"progress\":1.0"));
}

TEST_F(TargetEventsTest, TheMoreWatchTheLessOftenItIsTold) {
  std::shared_ptr<FakeStream> stream = Watch();
  for (int i = 1; i < 5000; ++i) Watch();
  for (int i = 0; i < 100; ++i) {
    Become("server", "warming", i / 100.0);
    Advance(milliseconds(20));
  }
  EXPECT_GE(stream->frames().size(), 4U);
  EXPECT_LE(stream->frames().size(), 6U);
}

TEST_F(TargetEventsTest, WhatNobodySeesIsNoNews) {
  const auto stream = Watch();
  TargetStatus same = ATarget("shop", "server");
  same.progress = 0.0001;
  same.trouble = "for operators";
  Replace("server", std::make_shared<const TargetStatus>(same));
  Advance(seconds(1));
  EXPECT_THAT(stream->frames(), SizeIs(1));
}

TEST_F(TargetEventsTest, WhoComesBetweenTwoLooksSeesTheNewestAndSoDoAll) {
  const auto early = Watch();
  Become("server", "warming");
  const auto late = Watch();
  EXPECT_TRUE(late->Saw("\"state\":\"warming\""));
  EXPECT_FALSE(early->Saw("\"state\":\"warming\""));
  Advance(milliseconds(100));
  EXPECT_TRUE(early->Saw("\"state\":\"warming\""));
  EXPECT_THAT(late->frames(), SizeIs(1)) << "it has seen that";
}

TEST_F(TargetEventsTest, EachSeesTheTargetAndTheDetailItWatches) {
  Become("other", "cold");
  const auto server = Watch();
  const auto other = Watch("other");
  const auto person = Watch("server", TargetDetail::kForOperators);
  Become("server", "failed");
  Advance(milliseconds(100));
  EXPECT_TRUE(server->Saw("\"state\":\"failed\""));
  EXPECT_FALSE(server->Saw("instances"));
  EXPECT_TRUE(person->Saw("\"state\":\"failed\""));
  EXPECT_TRUE(person->Saw("\"instances\":[]"));
  EXPECT_THAT(other->frames(), SizeIs(1));
}

TEST_F(TargetEventsTest, OfSeveralKindsTheFirstCounts) {
  ControllerStatus status = *status_;
  TargetStatus second = ATarget("shop", "server");
  second.state = "ready";
  AddTarget(second, &status);
  status_ = std::make_shared<const ControllerStatus>(status);
  const auto stream = Watch();
  Advance(milliseconds(100));
  EXPECT_THAT(stream->frames(), SizeIs(1));
  EXPECT_TRUE(stream->Saw("\"state\":\"cold\""));
}

TEST_F(TargetEventsTest, AStreamGetsACommentEveryFifteenSeconds) {
  const auto stream = Watch();
  Advance(milliseconds(14999));
  EXPECT_THAT(stream->frames(), SizeIs(1));
  Advance(milliseconds(1));
  EXPECT_EQ(stream->frames().back(), ": alive\n\n");
  Advance(seconds(15));
  EXPECT_THAT(stream->frames(), SizeIs(3));
}

TEST_F(TargetEventsTest, NothingIsDueWhileNobodyWatches) {
  EXPECT_EQ(events_.due(), SteadyTime::max());
  const auto stream = Watch();
  EXPECT_EQ(events_.due(), now_ + milliseconds(100));
  events_.Remove(1);
  events_.Remove(1);
  EXPECT_EQ(events_.due(), SteadyTime::max());
  EXPECT_EQ(events_.watchers(), 0U);
  EXPECT_EQ(stream.use_count(), 1);
}

TEST_F(TargetEventsTest, WhoDoesNotReadIsForgottenAndHoldsUpNobody) {
  const auto first = Watch();
  const auto stuck = Watch();
  const auto last = Watch();
  stuck->reads = false;
  Become("server", "warming");
  Advance(milliseconds(100));
  EXPECT_EQ(events_.watchers(), 2U);
  EXPECT_EQ(stuck.use_count(), 1);
  EXPECT_THAT(first->frames(), SizeIs(2));
  EXPECT_THAT(last->frames(), SizeIs(2));
  first->reads = false;
  last->reads = false;
  Advance(seconds(15));
  EXPECT_EQ(events_.watchers(), 0U);
}

TEST_F(TargetEventsTest, WhoIsGoneBeforeTheFirstEventIsNotKept) {
  const auto stream = std::make_shared<FakeStream>();
  stream->reads = false;
  events_.Add(1, {"shop", "server"}, stream, *status_, now_);
  EXPECT_EQ(events_.watchers(), 0U);
  EXPECT_EQ(events_.due(), SteadyTime::max());
}

TEST_F(TargetEventsTest, ATargetThatGoesClosesItsStreams) {
  Become("other", "cold");
  const auto stream = Watch();
  const auto other = Watch("other");
  Replace("server", nullptr);
  Advance(milliseconds(100));
  EXPECT_TRUE(stream->closed);
  EXPECT_FALSE(other->closed);
  EXPECT_EQ(events_.watchers(), 1U);
  EXPECT_TRUE(Watch()->closed);
}

TEST_F(TargetEventsTest, WatchersComeBackSpreadOverTime) {
  std::set<std::string> retries;
  for (int i = 0; i < 100; ++i) {
    const std::string opening = Watch()->frames().at(0);
    const int millis = std::stoi(opening.substr(7));
    EXPECT_GE(millis, 2000);
    EXPECT_LT(millis, 4000);
    retries.insert(opening.substr(0, opening.find('\n')));
  }
  EXPECT_GT(retries.size(), 90U);
}

}  // namespace
}  // namespace prewarm
