#include "warmup-controller/cloudrun/samples.h"

#include <gtest/gtest.h>

#include <optional>

#include "tests/unit/cloudrun/fakes.h"
#include "tests/unit/kube/hand_clock.h"

namespace prewarm::cloudrun {
namespace {

using std::chrono::minutes;
using Proof = std::optional<Result<WarmupProof>>;

class SamplesTest : public testing::Test {
 protected:
  SamplesTest() { samples_->SetPlaces("https://s", {"s-0.0", "s-1.0"}); }
  std::shared_ptr<Proof> WarmUp(const std::string& place) {
    auto got = std::make_shared<Proof>();
    WarmupRequest request;
    request.url = "https://s/warmup";
    request.instance = place;
    request.instance_id = "whom it stood for";
    samples_->WarmUp(
        request, [got](Result<WarmupProof> proof) { *got = std::move(proof); });
    return got;
  }

  kube::HandClock clock_;
  FakeCalls calls_;
  FakeTokens tokens_;
  Timer timer_;
  std::vector<std::string> outcomes_;
  std::shared_ptr<Samples> samples_ = std::make_shared<Samples>(SampleParts{
      &calls_, &tokens_, &timer_, &clock_,
      [this](const std::string& one) { outcomes_.push_back(one); }});
};

TEST_F(SamplesTest, CallCarriesATokenForTheServiceAndMeansNoInstance) {
  WarmUp("s-0.0");
  ASSERT_EQ(calls_.requests.size(), 1U);
  EXPECT_EQ(calls_.requests[0].headers.at("Authorization"), "Bearer token");
  EXPECT_EQ(calls_.requests[0].instance_id, "");
  EXPECT_EQ(tokens_.asked, std::vector<std::string>{"https://s"});
}

TEST_F(SamplesTest, AnswersOfTwoInstancesProveTwoPlaces) {
  const auto first = WarmUp("s-0.0");
  const auto second = WarmUp("s-1.0");
  EXPECT_EQ(samples_->Look("s-0.0").state, "unseen");
  calls_.AnswerBy("x");
  calls_.AnswerBy("y");
  EXPECT_EQ((*first)->value().instance_id, "x");
  EXPECT_EQ((*second)->value().instance_id, "y");
  EXPECT_TRUE(samples_->Look("s-0.0").ready);
  EXPECT_EQ(samples_->Look("s-1.0").instance_id, "y");
  EXPECT_EQ(outcomes_, (std::vector<std::string>{"new", "new"}));
}

TEST_F(SamplesTest, TheSameInstanceAgainIsNeitherProofNorFailure) {
  const auto first = WarmUp("s-0.0");
  const auto second = WarmUp("s-1.0");
  calls_.AnswerBy("x");
  calls_.AnswerBy("x");
  EXPECT_TRUE(first->has_value());
  EXPECT_FALSE(second->has_value());
  EXPECT_EQ(samples_->Report().waiting, 1U);
  EXPECT_EQ(outcomes_, (std::vector<std::string>{"new", "seen"}));
}

TEST_F(SamplesTest, FailureIsToldToOne) {
  const auto first = WarmUp("s-0.0");
  const auto second = WarmUp("s-1.0");
  calls_.Answer(MakeError(ErrorCode::kUnavailable, "HTTP 503"));
  EXPECT_EQ((*first)->error().message, "HTTP 503");
  EXPECT_FALSE(second->has_value());
}

TEST_F(SamplesTest, RefusalOfCloudRunItselfNamesTheRole) {
  const auto got = WarmUp("s-0.0");
  calls_.Answer(MakeError(ErrorCode::kUnauthorized, "HTTP 401"));
  EXPECT_NE((*got)->error().message.find("roles/run.invoker"),
            std::string::npos);
  EXPECT_EQ(tokens_.refused, std::vector<std::string>{"https://s token"});
}

TEST_F(SamplesTest, ServersOwnRefusalIsLeftAsItIs) {
  const auto got = WarmUp("s-0.0");
  calls_.Answer(MakeError(ErrorCode::kUnauthorized, "HTTP 401: the token"));
  EXPECT_EQ((*got)->error().message, "HTTP 401: the token");
}

TEST_F(SamplesTest, TokenThatCanNotBeHadIsAFailure) {
  tokens_.answer = MakeError(ErrorCode::kUnavailable, "no token");
  const auto got = WarmUp("s-0.0");
  EXPECT_EQ((*got)->error().message, "no token");
  EXPECT_TRUE(calls_.requests.empty());
}

TEST_F(SamplesTest, PlaceThatGoesIsTold) {
  const auto got = WarmUp("s-1.0");
  samples_->SetPlaces("https://s", {"s-0.0"});
  EXPECT_EQ((*got)->error().code, ErrorCode::kCancelled);
  calls_.AnswerBy("x");
  EXPECT_EQ(samples_->Report().seen, 1U);
}

TEST_F(SamplesTest, FreshAnswerServesTheNextQuestion) {
  WarmUp("s-0.0");
  calls_.AnswerBy("x");
  const auto again = WarmUp("s-0.0");
  EXPECT_EQ((*again)->value().instance_id, "x");
  EXPECT_EQ(calls_.requests.size(), 1U);
  clock_.Pass(minutes(1));
  EXPECT_FALSE(WarmUp("s-0.0")->has_value());
  EXPECT_EQ(calls_.requests.size(), 2U);
}

TEST_F(SamplesTest, AnswersAfterARestBeganTellNoFailure) {
  const auto got = WarmUp("s-0.0");
  samples_->Rest();
  calls_.Answer(MakeError(ErrorCode::kCancelled, "the pass is over"));
  EXPECT_FALSE(got->has_value());
  EXPECT_EQ(calls_.requests.size(), 1U);
  samples_->GoOn();
  ASSERT_EQ(calls_.requests.size(), 2U);
  calls_.AnswerBy("x");
  EXPECT_TRUE((*got)->ok());
}

TEST_F(SamplesTest, LateProofCountsAlthoughItsRoundIsOver) {
  WarmUp("s-0.0");
  samples_->Rest();
  calls_.AnswerBy("x");
  EXPECT_TRUE(samples_->Look("s-0.0").ready);
}

TEST_F(SamplesTest, WhoIsNotSeenForLongIsNotReadyAnyMore) {
  WarmUp("s-0.0");
  calls_.AnswerBy("x");
  clock_.Pass(minutes(16));
  EXPECT_FALSE(samples_->Look("s-0.0").ready);
  EXPECT_EQ(samples_->Look("s-0.0").instance_id, "");
}

}  // namespace
}  // namespace prewarm::cloudrun
