#include "warmup-controller/warmer/http_warmer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

namespace prewarm {
namespace {

using std::chrono::seconds;

// Answers what a test says, at once.
class FakeClient : public HttpClient {
 public:
  void Send(HttpCall call, Done done) override {
    calls.push_back(std::move(call));
    done(answer);
  }
  std::vector<HttpCall> calls;
  Result<HttpAnswer> answer = HttpAnswer{};
};

class HttpWarmerTest : public testing::Test {
 protected:
  Result<WarmupProof> WarmUp(const WarmupRequest& request) {
    std::optional<Result<WarmupProof>> got;
    warmer_->WarmUp(request,
                    [&got](const Result<WarmupProof>& proof) { got = proof; });
    return *got;
  }
  Result<InstanceHealth> Look() {
    std::optional<Result<InstanceHealth>> got;
    warmer_->Look({"http://a:1/health"},
                  [&got](const Result<InstanceHealth>& seen) { got = seen; });
    return *got;
  }

  FakeClient client_;
  std::string token_;
  std::unique_ptr<Warmer> warmer_ =
      MakeHttpWarmer(&client_, {[this] { return token_; }});
};

TEST_F(HttpWarmerTest, WarmUpIsAPostThatTellsItsPatience) {
  client_.answer = HttpAnswer{
      200,
      {},
      R"({"state":"ready","instance_id":"x","verified":{"canary":true}})"};
  const auto proof = WarmUp({"http://a:1/warmup", seconds(90), "x"});
  ASSERT_TRUE(proof.ok()) << proof.error().message;
  EXPECT_EQ(client_.calls[0].method, "POST");
  EXPECT_EQ(client_.calls[0].url, "http://a:1/warmup?timeout=90");
  EXPECT_GT(client_.calls[0].timeout, seconds(90));
  EXPECT_EQ(client_.calls[0].headers.count("X-Prewarm-Admin-Token"), 0U);
  EXPECT_FALSE(WarmUp({"http://a:1/warmup", seconds(90), "y"}).ok());
}

TEST_F(HttpWarmerTest, TokenIsSentAsItIsNow) {
  token_ = "first";
  (void)WarmUp({"http://a:1/warmup?model=b", seconds(9), ""});
  token_ = "second";
  (void)WarmUp({"http://a:1/warmup", seconds(9), ""});
  EXPECT_EQ(client_.calls[0].headers.at("X-Prewarm-Admin-Token"), "first");
  EXPECT_EQ(client_.calls[0].url, "http://a:1/warmup?model=b&timeout=9");
  EXPECT_EQ(client_.calls[1].headers.at("X-Prewarm-Admin-Token"), "second");
  // It is for warm-ups alone.
  (void)Look();
  EXPECT_EQ(client_.calls[2].headers.count("X-Prewarm-Admin-Token"), 0U);
}

TEST_F(HttpWarmerTest, WhoIsNotTrustedWithTheTokenIsCalledWithoutIt) {
  warmer_ = MakeHttpWarmer(&client_, {[] { return "secret"; },
                                      [](const WarmupRequest& call) {
                                        return call.target == "ours";
                                      },
                                      "name it in --token-namespaces"});
  WarmupRequest request{"http://a:1/warmup", seconds(9), ""};
  request.target = "ours";
  client_.answer = HttpAnswer{401, {}, "{}"};
  EXPECT_EQ(WarmUp(request).error().message, "HTTP 401");
  EXPECT_EQ(client_.calls[0].headers.at("X-Prewarm-Admin-Token"), "secret");
  request.target = "theirs";
  EXPECT_EQ(WarmUp(request).error().message,
            "HTTP 401; name it in --token-namespaces");
  EXPECT_EQ(client_.calls[1].headers.count("X-Prewarm-Admin-Token"), 0U);
  client_.answer = HttpAnswer{500, {}, "{}"};
  EXPECT_EQ(WarmUp(request).error().message, "HTTP 500");
}

TEST_F(HttpWarmerTest, ErrorsOfTheCallAreThoseOfTheWarmUp) {
  client_.answer = MakeError(ErrorCode::kDeadlineExceeded, "slow");
  EXPECT_EQ(WarmUp({"http://a:1/warmup", seconds(9), ""}).error().code,
            ErrorCode::kDeadlineExceeded);
  EXPECT_FALSE(Look().ok());
}

TEST_F(HttpWarmerTest, WhoSaysTooMuchIsThere) {
  client_.answer = MakeError(ErrorCode::kTooLarge, "long");
  EXPECT_TRUE(Look().ok());
  EXPECT_FALSE(WarmUp({"http://a:1/warmup", seconds(9), ""}).ok());
}

}  // namespace
}  // namespace prewarm
