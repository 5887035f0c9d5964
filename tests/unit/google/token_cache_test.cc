#include "warmup-controller/google/token_cache.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "tests/unit/kube/hand_clock.h"

namespace prewarm::google {
namespace {

using std::chrono::seconds;

class FakeFetcher : public TokenFetcher {
 public:
  void Fetch(const Audience& audience, Done done) override {
    asked.push_back(audience);
    waiting.push_back(std::move(done));
  }
  void Answer(const Result<Token>& token) {
    const Done done = std::move(waiting.front());
    waiting.erase(waiting.begin());
    done(token);
  }
  std::vector<Audience> asked;
  std::vector<Done> waiting;
};

class TokenCacheTest : public testing::Test {
 protected:
  std::shared_ptr<std::optional<Result<std::string>>> Ask(
      const Audience& audience = "") {
    auto got = std::make_shared<std::optional<Result<std::string>>>();
    cache_.Get(audience,
               [got](Result<std::string> token) { *got = std::move(token); });
    return got;
  }

  kube::HandClock clock_;
  FakeFetcher fetcher_;
  TokenCache cache_{&fetcher_, &clock_};
};

TEST_F(TokenCacheTest, OneFetchServesAllUntilItIsNearlyOver) {
  const auto first = Ask();
  const auto second = Ask();
  EXPECT_FALSE(first->has_value());
  ASSERT_EQ(fetcher_.asked.size(), 1U);
  fetcher_.Answer(Token{"t1", seconds(3600)});
  EXPECT_EQ((*first)->value(), "t1");
  EXPECT_EQ((*second)->value(), "t1");
  clock_.Pass(seconds(3299));
  EXPECT_EQ((*Ask())->value(), "t1");
  clock_.Pass(seconds(2));
  EXPECT_FALSE(Ask()->has_value());
  EXPECT_EQ(fetcher_.asked.size(), 2U);
}

TEST_F(TokenCacheTest, EachAudienceHasItsOwn) {
  const auto access = Ask();
  const auto id = Ask("https://a.example");
  ASSERT_EQ(fetcher_.asked, (std::vector<Audience>{"", "https://a.example"}));
  fetcher_.Answer(Token{"access", seconds(100)});
  fetcher_.Answer(Token{"id", seconds(100)});
  EXPECT_EQ((*access)->value(), "access");
  EXPECT_EQ((*id)->value(), "id");
}

TEST_F(TokenCacheTest, OldOneIsGoodEnoughWhileNoneCanBeHad) {
  Ask();
  fetcher_.Answer(Token{"t1", seconds(3600)});
  clock_.Pass(seconds(3400));
  const auto again = Ask();
  fetcher_.Answer(MakeError(ErrorCode::kUnavailable, "nobody"));
  EXPECT_EQ((*again)->value(), "t1");
  clock_.Pass(seconds(300));
  const auto late = Ask();
  fetcher_.Answer(MakeError(ErrorCode::kUnavailable, "nobody"));
  EXPECT_EQ((*late)->error().message, "nobody");
}

TEST_F(TokenCacheTest, RefusedOneIsNotGivenAgain) {
  Ask();
  fetcher_.Answer(Token{"t1", seconds(3600)});
  cache_.Refused("", "another");
  EXPECT_EQ((*Ask())->value(), "t1");
  cache_.Refused("", "t1");
  EXPECT_FALSE(Ask()->has_value());
}

TEST_F(TokenCacheTest, FailureIsNotKept) {
  const auto first = Ask();
  fetcher_.Answer(MakeError(ErrorCode::kUnavailable, "nobody"));
  EXPECT_FALSE((*first)->ok());
  const auto second = Ask();
  fetcher_.Answer(Token{"t1", seconds(60)});
  EXPECT_EQ((*second)->value(), "t1");
}

}  // namespace
}  // namespace prewarm::google
