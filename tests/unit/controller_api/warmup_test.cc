#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controller_api/fakes.h"

namespace prewarm {
namespace {

using testing::HasSubstr;
using testing::Not;

class TargetWarmupTest : public testing::Test {
 protected:
  TargetWarmupTest() {
    api_.target.trouble = "quota is used up";
    api_.target.instances.resize(1);
    api_.target.instances[0].url = "http://10.0.0.1:8080";
  }

  static http::Request Events() {
    http::Request request = WholeApi::Request("GET", kWarmupPath);
    request.headers["accept"] = "text/event-stream";
    return request;
  }
  std::shared_ptr<FakeResponder> Outer(http::Request request) const {
    return WholeApi::Ask(*api_.outer, std::move(request));
  }

  WholeApi api_;
};

TEST_F(TargetWarmupTest, VisitorsSeeTheStateAndNoInstances) {
  api_.Begin();
  api_.Publish();
  const auto reply = Outer(WholeApi::Request("GET", kWarmupPath));
  EXPECT_EQ(reply->json(), nlohmann::json::parse(R"({
    "target": "shop/server", "state": "cold", "etaSeconds": null,
    "progress": null, "warm": 0, "desired": 0, "current": 0})"));
  EXPECT_EQ(reply->header("Vary"), "Accept");
  EXPECT_EQ(reply->header("Cache-Control"), "no-store");
}

TEST_F(TargetWarmupTest, OperatorsSeeInstancesAndTrouble) {
  api_.Begin();
  api_.Publish();
  const auto seen = api_.Get(kWarmupPath)->json();
  EXPECT_EQ(seen["trouble"], "quota is used up");
  EXPECT_EQ(seen["instances"][0]["url"], "http://10.0.0.1:8080");
}

TEST_F(TargetWarmupTest, AnUnknownTargetIsNotFoundAndNoneIsNamed) {
  api_.Begin();
  api_.Publish();
  http::Request request = Events();
  request.path = "/api/v1/targets/shop/serve/warmup";
  for (const char* accept : {"", "text/event-stream"}) {
    request.headers["accept"] = accept;
    const auto reply = Outer(request);
    EXPECT_EQ(reply->response.status, 404);
    EXPECT_THAT(reply->response.body, Not(HasSubstr("server")));
  }
}

TEST_F(TargetWarmupTest, BeforeTheFirstStatusNobodyKnowsWhatIsUnknown) {
  api_.Begin();
  const auto reply = Outer(Events());
  EXPECT_EQ(reply->response.status, 503);
  EXPECT_EQ(reply->header("Retry-After"), "1");
}

TEST_F(TargetWarmupTest, AWatcherGetsAnEventAtOnceAndThenWhatChanges) {
  api_.Begin();
  api_.Publish();
  const auto outer = Outer(Events());
  EXPECT_EQ(outer->response.status, 0) << "the stream is the answer";
  EXPECT_EQ(outer->stream, nullptr);
  const auto seen = [](const FakeStream& stream) {
    return stream.Saw("event: warmup\ndata: {\"target\":\"shop/server\"");
  };
  // Held by the relay from here on.
  const auto watch = [&](const http::Router& router) {
    auto responder = std::make_shared<FakeResponder>();
    auto stream = responder->stream;
    router.Dispatch(Events(), responder);
    EXPECT_TRUE(Comes([&] { return seen(*stream); }));
    return stream;
  };
  const auto visitor = watch(*api_.outer);
  const auto person = watch(*api_.inner);
  EXPECT_FALSE(visitor->Saw("10.0.0.1"));
  EXPECT_TRUE(person->Saw("10.0.0.1"));
  api_.target.state = "ready";
  api_.Publish();
  EXPECT_TRUE(Comes([&] { return visitor->Saw("\"state\":\"ready\""); }));
  EXPECT_TRUE(Comes([&] { return person->Saw("\"state\":\"ready\""); }));
}

TEST_F(TargetWarmupTest, WatchersAreBoundedOverBothListeners) {
  api_.context.most_watchers = 2;
  api_.Begin();
  api_.Publish();
  const auto first = std::make_shared<FakeResponder>();
  const std::weak_ptr<FakeStream> stream = first->stream;
  api_.outer->Dispatch(Events(), first);
  WholeApi::Ask(*api_.inner, Events());
  const auto third = Outer(Events());
  EXPECT_EQ(third->response.status, 503);
  EXPECT_EQ(third->header("Retry-After"), "5");
  first->on_gone();
  ASSERT_TRUE(Comes([&] { return stream.expired(); }));
  // The place is free as soon as the stream is let go of, or a moment later.
  EXPECT_TRUE(Comes([&] { return Outer(Events())->response.status == 0; }));
}

TEST_F(TargetWarmupTest, WithoutRoutersStreamsAreClosed) {
  api_.Begin();
  api_.Publish();
  const auto responder = std::make_shared<FakeResponder>();
  const std::weak_ptr<FakeStream> stream = responder->stream;
  api_.outer->Dispatch(Events(), responder);
  api_.inner.reset();
  api_.outer.reset();
  EXPECT_TRUE(stream.expired());
  responder->on_gone();  // too late, and harmless
}

}  // namespace
}  // namespace prewarm
