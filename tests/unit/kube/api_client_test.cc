#include "warmup-controller/kube/api_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/unit/kube/fake_http.h"
#include "tests/unit/kube/hand_clock.h"
#include "warmup-controller/kube/requests.h"

namespace prewarm::kube {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

const ObjectRef kDeployment{{"apps", "v1", "deployments"}, "shop", "a", ""};

class ApiClientTest : public testing::Test {
 protected:
  ApiClientTest() {
    access_.server = "https://api:443";
    access_.token = "secret";
  }
  ApiClient Client() { return {access_, &http_, &http_, &gate_, clock_}; }
  Error ErrorOf(int status, const std::string& body,
                std::map<std::string, std::string> headers = {}) {
    http_.answers = {HttpAnswer{status, std::move(headers), body}};
    const auto answer = Client().Call(GetRequest(kDeployment));
    EXPECT_FALSE(answer.ok());
    return answer.ok() ? Error{} : answer.error();
  }

  HandClock clock_;
  StopSignal stop_;
  RateGate gate_{{1000, 1000}, &stop_};
  FakeHttp http_;
  Access access_;
  TempDir dir_;
};

TEST_F(ApiClientTest, RequestIsSentAsWhoWeAreAndTheAnswerIsItsObject) {
  http_.answers = {HttpAnswer{200, {}, R"({"kind":"Deployment"})"}};
  const auto answer = Client().Call(
      MergePatchRequest(kDeployment, {{"spec", {{"replicas", 3}}}}));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(TextAt(*answer, {"kind"}), "Deployment");
  const HttpCall& call = http_.calls.at(0);
  EXPECT_EQ(call.method, "PATCH");
  EXPECT_EQ(call.url,
            "https://api:443/apis/apps/v1/namespaces/shop/deployments/a"
            "?fieldManager=prewarm");
  EXPECT_EQ(call.body, R"({"spec":{"replicas":3}})");
  EXPECT_THAT(call.headers, Contains(Pair("Authorization", "Bearer secret")));
  EXPECT_THAT(call.headers,
              Contains(Pair("Content-Type", "application/merge-patch+json")));
  EXPECT_THAT(call.headers, Contains(Pair("Accept", "application/json")));
}

TEST_F(ApiClientTest, WatcherIsToldOfEveryAnswer) {
  std::vector<std::string> told;
  ApiClient client(access_, &http_, &http_, &gate_, clock_,
                   [&told](const CallName& call, int status) {
                     told.push_back(call.verb + " " + call.resource + " " +
                                    std::to_string(status));
                   });
  http_.answers = {HttpAnswer{200, {}, "{}"}, HttpAnswer{409, {}, ""},
                   MakeError(ErrorCode::kUnavailable, "away")};
  (void)client.Call(GetRequest(kDeployment));
  (void)client.Call(MergePatchRequest(kDeployment, {}));
  (void)client.Call(GetRequest(kDeployment));
  EXPECT_THAT(told, ElementsAre("get deployments 200", "patch deployments 409",
                                "get deployments 0"));
}

TEST_F(ApiClientTest, WithoutATokenNoneIsSent) {
  access_.token.clear();
  http_.answers = {HttpAnswer{200, {}, ""}};
  const auto answer = Client().Call(GetRequest(kDeployment));
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(answer->is_null());
  EXPECT_THAT(http_.calls.at(0).headers, Not(Contains(Key("Authorization"))));
}

TEST_F(ApiClientTest, RefusedTokenIsReadOnceMore) {
  access_.token_file = dir_.Write("token", "old\n");
  ApiClient client = Client();
  http_.answers = {HttpAnswer{200, {}, "{}"}};
  ASSERT_TRUE(client.Call(GetRequest(kDeployment)).ok());
  // Unchanged: asking again would only be refused again.
  http_.answers = {HttpAnswer{401, {}, ""}, HttpAnswer{200, {}, "{}"}};
  EXPECT_EQ(client.Call(GetRequest(kDeployment)).error().code,
            ErrorCode::kUnauthorized);
  http_.answers = {HttpAnswer{401, {}, ""}, HttpAnswer{200, {}, "{}"}};
  http_.calls.clear();
  // Replaced between the reading and the answer.
  http_.on_call = [this] { dir_.Write("token", "new\n"); };
  EXPECT_TRUE(client.Call(GetRequest(kDeployment)).ok());
  ASSERT_EQ(http_.calls.size(), 2U);
  EXPECT_EQ(http_.calls[0].headers["Authorization"], "Bearer old");
  EXPECT_EQ(http_.calls[1].headers["Authorization"], "Bearer new");
}

TEST_F(ApiClientTest, TokenThatIsRefusedTwiceIsAnError) {
  access_.token = "";
  access_.token_file = dir_.Write("token", "a");
  ApiClient client = Client();
  http_.answers = {HttpAnswer{401, {}, ""}, HttpAnswer{401, {}, ""},
                   HttpAnswer{200, {}, ""}};
  EXPECT_EQ(client.Call(GetRequest(kDeployment)).error().code,
            ErrorCode::kUnauthorized);
}

TEST_F(ApiClientTest, RefusalsAreToldApart) {
  const std::pair<int, ErrorCode> expected[] = {
      {400, ErrorCode::kInvalidArgument},
      {401, ErrorCode::kUnauthorized},
      {403, ErrorCode::kForbidden},
      {404, ErrorCode::kNotFound},
      {405, ErrorCode::kMethodNotAllowed},
      {409, ErrorCode::kConflict},
      {410, ErrorCode::kGone},
      {413, ErrorCode::kTooLarge},
      {415, ErrorCode::kUnsupported},
      {422, ErrorCode::kUnprocessable},
      {429, ErrorCode::kResourceExhausted},
      {500, ErrorCode::kInternal},
      {502, ErrorCode::kUnavailable},
      {503, ErrorCode::kUnavailable},
      {504, ErrorCode::kDeadlineExceeded},
      {302, ErrorCode::kInternal}};
  for (const auto& [status, code] : expected) {
    EXPECT_EQ(ErrorOf(status, "").code, code) << status;
  }
  EXPECT_EQ(
      ErrorOf(409, R"({"kind":"Status","code":409,"reason":"AlreadyExists"})")
          .code,
      ErrorCode::kAlreadyExists);
}

TEST_F(ApiClientTest, RefusalSaysWhatTheServerSaidInOneLine) {
  const Error error =
      ErrorOf(422, R"({"kind":"Status","code":422,"reason":"Invalid",)"
                   R"("message":"spec.replicas:\n must be >= 0"})");
  EXPECT_EQ(error.message,
            "GET /apis/apps/v1/namespaces/shop/deployments/a: 422 Invalid: "
            "spec.replicas:  must be >= 0");
  EXPECT_LT(ErrorOf(500, std::string(100'000, 'a')).message.size(), 1000U);
  EXPECT_THAT(ErrorOf(502, "\xff\xfe").message, HasSubstr("502"));
}

TEST_F(ApiClientTest, RetryAfterComesFromTheHeaderOrTheStatus) {
  const std::string status =
      R"({"kind":"Status","code":429,"details":{"retryAfterSeconds":7}})";
  EXPECT_EQ(ErrorOf(503, status).retry_after_seconds, 7);
  EXPECT_EQ(ErrorOf(503, "", {{"retry-after", "9"}}).retry_after_seconds, 9);
  EXPECT_EQ(ErrorOf(503, status, {{"retry-after", "9"}}).retry_after_seconds,
            9);
  EXPECT_EQ(ErrorOf(503, "", {{"retry-after", "999999999999999999999"}})
                .retry_after_seconds,
            3600);
  EXPECT_EQ(ErrorOf(503, "", {{"retry-after", "-3"}}).retry_after_seconds,
            std::nullopt);
  EXPECT_EQ(ErrorOf(503, "").retry_after_seconds, std::nullopt);
}

TEST_F(ApiClientTest, AfterTooManyRequestsItsClassWaitsAndFloorsDoNot) {
  http_.answers = {HttpAnswer{429, {{"retry-after", "60"}}, ""},
                   HttpAnswer{200, {}, "{}"}, HttpAnswer{200, {}, "{}"}};
  ApiClient client = Client();
  ApiRequest request = GetRequest(kDeployment);
  request.priority = CallClass::kEvent;
  request.timeout = std::chrono::milliseconds(20);
  EXPECT_EQ(client.Call(request).error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(client.Call(request).error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(http_.calls.size(), 1U);
  request.priority = CallClass::kFloor;
  EXPECT_TRUE(client.Call(request).ok());
  request.priority = std::nullopt;
  EXPECT_TRUE(client.Call(request).ok());
}

TEST_F(ApiClientTest, AnswerThatIsNoJsonIsAnErrorThatNamesTheCall) {
  for (const std::string& body :
       {std::string("<html>"), std::string("{\"a\":"), std::string(200, '['),
        std::string("\"\xff\"")}) {
    http_.answers = {HttpAnswer{200, {}, body}};
    const auto answer = Client().Call(GetRequest(kDeployment));
    ASSERT_FALSE(answer.ok()) << body;
    EXPECT_EQ(answer.error().code, ErrorCode::kUnprocessable);
    EXPECT_THAT(answer.error().message, HasSubstr("GET /apis/apps"));
  }
}

TEST_F(ApiClientTest, WatchHandsOnLinesOrTheRefusal) {
  http_.answers = {HttpAnswer{200, {}, "a\nb\n"}, HttpAnswer{410, {}, ""}};
  ApiClient client = Client();
  std::vector<std::string> lines;
  const auto take = [&lines](std::string_view line) {
    lines.emplace_back(line);
    return true;
  };
  WatchRequest request;
  request.path = "/api/v1/pods?watch=1";
  EXPECT_TRUE(client.Watch(request, take, &stop_).ok());
  EXPECT_THAT(lines, ElementsAre("a", "b"));
  EXPECT_EQ(client.Watch(request, take, &stop_).error().code, ErrorCode::kGone);
  EXPECT_THAT(http_.calls[0].headers, Contains(Key("Authorization")));
}

}  // namespace
}  // namespace prewarm::kube
