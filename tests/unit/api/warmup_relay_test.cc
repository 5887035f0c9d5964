// Who holds up whom: nobody. With replies and streams that the test holds.
#include "inference-server/api/warmup_relay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/unit/api/process_limits.h"
#include "tests/unit/api/whole_server.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

class HeldStream : public http::EventStream {
 public:
  bool Write(std::string_view frame) override {
    if (blocks) may_go_on.get_future().wait();
    blocks = false;
    const std::lock_guard lock(mutex_);
    seen_ += frame;
    return true;
  }
  void Close() override {}
  bool Saw(const std::string& text) const {
    const std::lock_guard lock(mutex_);
    return seen_.find(text) != std::string::npos;
  }

  std::atomic<bool> blocks{false};
  std::promise<void> may_go_on;

 private:
  mutable std::mutex mutex_;
  std::string seen_;
};

class HeldResponder : public http::Responder {
 public:
  void Send(http::Response response) override {
    const std::lock_guard lock(mutex_);
    replies_.push_back(std::move(response));
  }
  std::shared_ptr<http::EventStream> StartEvents() override {
    return std::exchange(stream, nullptr);
  }
  bool ClientGone() const override { return false; }
  void OnClientGone(std::function<void()> callback) override {
    on_gone = std::move(callback);
  }
  std::vector<http::Response> replies() const {
    const std::lock_guard lock(mutex_);
    return replies_;
  }

  std::shared_ptr<HeldStream> stream = std::make_shared<HeldStream>();
  std::function<void()> on_gone;

 private:
  mutable std::mutex mutex_;
  std::vector<http::Response> replies_;
};

class WarmupRelayTest : public testing::Test {
 protected:
  WarmState state() const { return server_.context.warm_up->status().state; }
  bool Becomes(WarmState wanted) const {
    return Comes([&] { return state() == wanted; });
  }
  WarmupJoiners::Joiner Joiner(unsigned after = 0) const {
    return {responder_, "id", after};
  }

  WholeServer server_;
  std::shared_ptr<HeldResponder> responder_ = std::make_shared<HeldResponder>();
  // No comment finds out who has left: only being told does.
  EventPace pace_{std::chrono::hours(1)};
  std::shared_ptr<WarmupRelay> relay_ =
      std::make_shared<WarmupRelay>(&server_.context, pace_);
};

TEST_F(WarmupRelayTest, AStreamThatBlocksDoesNotDelayTheWarmUp) {
  const auto stream = responder_->stream;
  stream->blocks = true;
  relay_->Watch(responder_, "");
  server_.context.warm_up->Start();
  EXPECT_TRUE(Becomes(WarmState::kReady));
  EXPECT_EQ(server_.Warm().status, 200);
  stream->may_go_on.set_value();
  EXPECT_TRUE(Comes([&] { return stream->Saw("event: ready"); }));
}

TEST_F(WarmupRelayTest, TurnsThatCameWhileItWasBusyAreAllTold) {
  const auto stream = responder_->stream;
  stream->blocks = true;
  relay_->Watch(responder_, "");
  ASSERT_EQ(server_.Warm().status, 200);
  server_.context.warm_up->MarkFailed("as the test wants it");
  ASSERT_EQ(server_.Warm().status, 200);
  stream->may_go_on.set_value();
  EXPECT_TRUE(Comes([&] { return stream->Saw("event: failed"); }));
}

TEST_F(WarmupRelayTest, AStreamIsLetGoOfWhenItsWatcherLeaves) {
  ASSERT_EQ(server_.Warm().status, 200);
  const std::weak_ptr<HeldStream> stream = responder_->stream;
  relay_->Watch(responder_, "");
  ASSERT_TRUE(Comes([&] {
    const auto held = stream.lock();
    return held && held->Saw("event: ready");
  }));
  responder_->on_gone();
  EXPECT_TRUE(Comes([&] { return stream.expired(); }));
}

TEST_F(WarmupRelayTest, AJoinerIsForgottenWhenItsClientLeaves) {
  relay_->Join(Joiner());
  responder_->on_gone();
  EXPECT_TRUE(Comes([&] { return responder_.use_count() == 1; }));
  EXPECT_TRUE(responder_->replies().empty());
  EXPECT_EQ(server_.Warm().status, 200);
}

TEST_F(WarmupRelayTest, AJoinerOfTheNextWarmUpIsNotToldOfTheLastFailure) {
  ASSERT_EQ(server_.Warm().status, 200);
  server_.context.warm_up->MarkFailed("of the last one");
  const unsigned after = server_.context.warm_up->status().version;
  relay_->Join(Joiner(after));
  const auto other = std::make_shared<HeldResponder>();
  relay_->Join({other, "id", after - 1});
  ASSERT_TRUE(Comes([&] { return !other->replies().empty(); }));
  EXPECT_THAT(other->replies().at(0).body, HasSubstr("of the last one"));
  EXPECT_TRUE(responder_->replies().empty());
  server_.context.warm_up->Start();
  ASSERT_TRUE(Comes([&] { return !responder_->replies().empty(); }));
  EXPECT_EQ(responder_->replies().at(0).status, 200);
}

TEST_F(WarmupRelayTest, WhatWasSettledBeforeTheJoinerWasKnownAnswersIt) {
  ASSERT_EQ(server_.Warm().status, 200);
  relay_->Join(Joiner());
  ASSERT_TRUE(Comes([&] { return !responder_->replies().empty(); }));
  EXPECT_EQ(responder_->replies().at(0).status, 200);
}

TEST_F(WarmupRelayTest, WhoLeavesAfterTheRelayEndedIsNoMatter) {
  relay_->Watch(responder_, "");
  relay_.reset();
  responder_->on_gone();
}

}  // namespace
}  // namespace prewarm
