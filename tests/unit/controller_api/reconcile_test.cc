// POST /reconcile: whose pass it is, and what comes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controller_api/fakes.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

class ReconcileTest : public testing::Test {
 protected:
  void Begin() {
    api_.context.check_caller =
        [this](const std::string& authorization,
               const std::function<void(const Result<std::string>&)>& done) {
          asked_.push_back(authorization);
          done(caller_);
        };
    api_.context.reconcile =
        [this](const std::function<void(const Result<std::string>&)>& done) {
          ++passes_;
          done(answer_);
        };
    api_.Begin();
  }
  std::shared_ptr<FakeResponder> Post() {
    http::Request request = WholeApi::Request("POST", "/reconcile");
    request.headers["authorization"] = "Bearer token";
    return WholeApi::Ask(*api_.inner, std::move(request));
  }

  WholeApi api_;
  Result<std::string> caller_ = std::string("scheduler@p");
  Result<std::string> answer_ = std::string("{\"complete\":true}");
  std::vector<std::string> asked_;
  int passes_ = 0;
};

TEST_F(ReconcileTest, WhoMayCallGetsTheAnswerOfAPass) {
  Begin();
  const auto reply = Post();
  EXPECT_EQ(reply->response.status, 200);
  EXPECT_EQ(reply->response.body, "{\"complete\":true}\n");
  EXPECT_EQ(asked_, std::vector<std::string>{"Bearer token"});
}

TEST_F(ReconcileTest, WhoMayNotCausesNoPass) {
  Begin();
  caller_ = MakeError(ErrorCode::kUnauthorized, "no token");
  auto reply = Post();
  EXPECT_EQ(reply->response.status, 401);
  EXPECT_EQ(reply->response.headers.back().first, "WWW-Authenticate");
  caller_ = MakeError(ErrorCode::kForbidden, "somebody else");
  reply = Post();
  EXPECT_EQ(reply->response.status, 403);
  EXPECT_THAT(reply->response.body, HasSubstr("somebody else"));
  EXPECT_EQ(passes_, 0);
}

TEST_F(ReconcileTest, PassThatDoesNotComeIsTold) {
  Begin();
  answer_ = MakeError(ErrorCode::kUnavailable, "the controller stops");
  EXPECT_EQ(Post()->response.status, 503);
}

TEST_F(ReconcileTest, ControllerThatGoesRoundByItselfHasNoSuchPath) {
  api_.Begin();
  EXPECT_EQ(Post()->response.status, 404);
}

TEST_F(ReconcileTest, DescriptionHasThePathWhereItIsAnswered) {
  Begin();
  EXPECT_THAT(api_.Get("/openapi.json")->response.body,
              HasSubstr("\"/reconcile\""));
}

TEST_F(ReconcileTest, VisitorsHaveNoSuchPath) {
  Begin();
  EXPECT_EQ(WholeApi::Ask(*api_.outer, WholeApi::Request("POST", "/reconcile"))
                ->response.status,
            404);
}

TEST_F(ReconcileTest, WhoRestsIsReadyAlthoughHeSaysNothingNew) {
  Begin();
  EXPECT_EQ(api_.Get("/readyz")->response.status, 200);
  api_.Publish();
  api_.clock.now += std::chrono::hours(1);
  EXPECT_EQ(api_.Get("/readyz")->response.status, 200);
}

}  // namespace
}  // namespace prewarm
