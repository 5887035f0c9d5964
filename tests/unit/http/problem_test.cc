#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/http/http.h"
#include "common/http/status.h"

namespace prewarm::http {
namespace {

using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

TEST(Problem, EveryErrorCodeHasItsStatus) {
  const std::pair<ErrorCode, int> expected[] = {
      {ErrorCode::kInvalidArgument, 400},  {ErrorCode::kUnauthorized, 401},
      {ErrorCode::kForbidden, 403},        {ErrorCode::kNotFound, 404},
      {ErrorCode::kMethodNotAllowed, 405}, {ErrorCode::kConflict, 409},
      {ErrorCode::kAlreadyExists, 409},    {ErrorCode::kGone, 410},
      {ErrorCode::kTooLarge, 413},         {ErrorCode::kUnsupported, 415},
      {ErrorCode::kUnprocessable, 422},    {ErrorCode::kResourceExhausted, 429},
      {ErrorCode::kCancelled, 499},        {ErrorCode::kInternal, 500},
      {ErrorCode::kCorrupt, 500},          {ErrorCode::kUnavailable, 503},
      {ErrorCode::kDeadlineExceeded, 504}};
  for (const auto& [code, status] : expected) {
    const Response response = Problem(MakeError(code, "x"));
    EXPECT_EQ(response.status, status);
    EXPECT_STRNE(ReasonPhrase(status), "Unknown") << status;
  }
}

TEST(Problem, TheBodySaysWhatWhereAndWhich) {
  const Response response = Problem(
      MakeError(ErrorCode::kInvalidArgument, "mode is bad", "mode"), "id-1");
  EXPECT_EQ(response.content_type, "application/problem+json");
  const auto body = nlohmann::json::parse(response.body);
  EXPECT_EQ(body["status"], 400);
  EXPECT_EQ(body["title"], "Bad Request");
  EXPECT_EQ(body["detail"], "mode is bad");
  EXPECT_EQ(body["field"], "mode");
  EXPECT_EQ(body["request_id"], "id-1");
}

TEST(Problem, ProblemsAreNotCached) {
  EXPECT_THAT(Problem(MakeError(ErrorCode::kNotFound, "x")).headers,
              Contains(Pair("Cache-Control", "no-store")));
}

TEST(Problem, RetryAfterIsSentOnlyWhenMeasured) {
  Error error = MakeError(ErrorCode::kUnavailable, "cold");
  EXPECT_THAT(Problem(error).headers, Not(Contains(Key("Retry-After"))));
  error.retry_after_seconds = 7;
  EXPECT_THAT(Problem(error).headers, Contains(Pair("Retry-After", "7")));
}

TEST(Problem, A401NamesTheScheme) {
  EXPECT_THAT(Problem(MakeError(ErrorCode::kUnauthorized, "x")).headers,
              Contains(Pair("WWW-Authenticate", "Bearer")));
}

TEST(Problem, InvalidUtf8InADetailStillGivesValidJson) {
  const Response response =
      Problem(MakeError(ErrorCode::kInvalidArgument, "bad \xff\xfe"));
  EXPECT_TRUE(nlohmann::json::accept(response.body));
}

}  // namespace
}  // namespace prewarm::http
