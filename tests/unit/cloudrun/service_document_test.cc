#include "warmup-controller/cloudrun/service_document.h"

#include <gtest/gtest.h>

#include "tests/unit/cloudrun/fakes.h"
#include "warmup-controller/cloudrun/api_error.h"

namespace prewarm::cloudrun {
namespace {

Json Document() {
  return {
      {"name", kServiceName},
      {"etag", "\"e1\""},
      {"uri", "https://s-x.a.run.app/"},
      {"annotations", {{"a", "b"}}},
      {"template",
       {{"scaling", {{"maxInstanceCount", 40}}},
        {"containers",
         Json::array(
             {{{"image", "sidecar"},
               {"startupProbe", {{"httpGet", {{"path", "/startupz"}}}}}},
              {{"image", "server"},
               {"ports", Json::array({{{"containerPort", 8080}}})},
               {"resources", {{"cpuIdle", true}}},
               {"startupProbe", {{"httpGet", {{"path", "/readyz"}}}}}}})}}}};
}

ServiceSeen Read(const Json& json) {
  const auto seen = ReadService(WriteJson(json), kServiceName);
  EXPECT_TRUE(seen.ok()) << seen.error().message;
  return seen.ok() ? *seen : ServiceSeen();
}

TEST(ServiceDocument, WhatMattersIsRead) {
  Json json = Document();
  json["scaling"] = {{"minInstanceCount", 2}, {"maxInstanceCount", 50}};
  json["reconciling"] = true;
  const ServiceSeen seen = Read(json);
  EXPECT_EQ(seen.etag, "\"e1\"");
  EXPECT_EQ(seen.uri, "https://s-x.a.run.app");
  EXPECT_EQ(seen.annotations.at("a"), "b");
  EXPECT_EQ(seen.min, 2);
  EXPECT_EQ(seen.max, 40);
  EXPECT_TRUE(seen.reconciling);
  EXPECT_FALSE(seen.manual);
  EXPECT_FALSE(seen.mark.has_value());
  // Of the container with a port.
  EXPECT_EQ(seen.startup_probe_path, "/readyz");
  EXPECT_TRUE(seen.cpu_idle);
}

TEST(ServiceDocument, WhatIsNotSaidHasItsDefault) {
  const ServiceSeen seen = Read({{"name", kServiceName}});
  EXPECT_EQ(seen.min, 0);
  EXPECT_FALSE(seen.max.has_value());
  EXPECT_EQ(seen.uri, "");
  EXPECT_EQ(seen.startup_probe_path, "");
  EXPECT_FALSE(seen.cpu_idle || seen.split || seen.deleted);
}

TEST(ServiceDocument, ProbeWithoutAPathIsOnTheRoot) {
  Json json = Document();
  json["template"]["containers"][1]["startupProbe"] = {
      {"httpGet", Json::object()}};
  EXPECT_EQ(Read(json).startup_probe_path, "/");
  json["template"]["containers"][1]["startupProbe"] = {
      {"tcpSocket", {{"port", 8080}}}};
  EXPECT_EQ(Read(json).startup_probe_path, "");
}

TEST(ServiceDocument, MarkIsReadAndABrokenOneIsNone) {
  Json json = Document();
  json["annotations"][kFloorAnnotation] =
      MarkText({1, 3, 3, false, {"shop/hours"}});
  EXPECT_EQ(Read(json).mark->baseline, 1);
  json["annotations"][kFloorAnnotation] = "three";
  EXPECT_FALSE(Read(json).mark.has_value());
}

TEST(ServiceDocument, ManualDeletedSplitAndFailedAreSeen) {
  Json json = Document();
  json["scaling"] = {{"scalingMode", "MANUAL"}, {"manualInstanceCount", 2}};
  json["deleteTime"] = "2026-01-01T00:00:00Z";
  json["traffic"] = Json::array({{{"percent", 90}}, {{"percent", 10}}});
  json["terminalCondition"] = {{"state", "CONDITION_FAILED"},
                               {"reason", "CONTAINER_MISSING"},
                               {"message", "no\nimage"}};
  const ServiceSeen seen = Read(json);
  EXPECT_TRUE(seen.manual && seen.deleted && seen.split);
  EXPECT_EQ(seen.failure, "it is not ready: CONTAINER_MISSING: no image");
}

TEST(ServiceDocument, TaggedRevisionWithoutTrafficIsNoSplit) {
  Json json = Document();
  json["traffic"] = Json::array({{{"percent", 100}}, {{"tag", "next"}}});
  EXPECT_FALSE(Read(json).split);
}

TEST(ServiceDocument, TokensGoToNothingButAHost) {
  for (const char* uri :
       {"ftp://a", "https://a b", "https://user@a", "https://a?b",
        "https://a#b", "javascript:1", "https://a\nb"}) {
    Json json = Document();
    json["uri"] = uri;
    EXPECT_EQ(Read(json).uri, "") << uri;
  }
}

TEST(ServiceDocument, WhatIsNoServiceIsRefused) {
  Json other = Document();
  other["name"] = "projects/p/locations/l/services/other";
  Json number = Document();
  number["annotations"]["a"] = 1;
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{}"), WriteJson(other),
        WriteJson(number)}) {
    EXPECT_EQ(ReadService(text, kServiceName).error().code,
              ErrorCode::kUnprocessable);
  }
}

TEST(ServiceDocument, ProjectMayBeAskedForByItsNumber) {
  const auto seen = ReadService(
      R"({"name":"projects/1234/locations/l/services/s"})", kServiceName);
  ASSERT_TRUE(seen.ok());
  EXPECT_EQ(seen->name, kServiceName);
}

TEST(Operation, IsReadUntilItsEnd) {
  auto seen = ReadOperation(R"({"name":"projects/p/operations/1"})");
  ASSERT_TRUE(seen.ok());
  EXPECT_FALSE(seen->done);
  seen = ReadOperation(
      R"({"name":"a/b","done":true,"error":{"code":7,"message":"no"}})");
  ASSERT_TRUE(seen.ok() && seen->error);
  EXPECT_EQ(seen->error->code, ErrorCode::kForbidden);
  seen = ReadOperation(R"({"done":true,"response":{}})");
  ASSERT_TRUE(seen.ok());
  EXPECT_FALSE(seen->error.has_value());
}

TEST(Operation, NameThatIsNoPathIsRefused) {
  for (const char* text :
       {"", "[]", "{}", R"({"name":"a?b"})", R"({"name":"a b"})",
        R"({"name":"a@b"})", R"({"name":"a\u0000b"})"}) {
    EXPECT_FALSE(ReadOperation(text).ok()) << text;
  }
}

HttpAnswer Refused(int status, const std::string& message,
                   const std::string& retry_after = "") {
  HttpAnswer answer;
  answer.status = status;
  answer.body = WriteJson(
      {{"error", {{"code", status}, {"message", message}, {"status", "X"}}}});
  if (!retry_after.empty()) answer.headers["retry-after"] = retry_after;
  return answer;
}

TEST(ApiError, EachStatusSaysWhoHasToDoWhat) {
  struct Case {
    int status;
    const char* message;
    ErrorCode code;
    const char* fix;
    bool passing;
  };
  for (const Case& one : std::vector<Case>{
           {400, "bad", ErrorCode::kInvalidArgument, "bad", false},
           {401, "", ErrorCode::kUnauthorized, "clock", false},
           {403, "Permission 'run.services.update' denied",
            ErrorCode::kForbidden, "--region=l --project=p", false},
           {403, "Permission 'iam.serviceaccounts.actAs' denied",
            ErrorCode::kForbidden, "roles/iam.serviceAccountUser", false},
           {404, "", ErrorCode::kNotFound, "services list --project=p", false},
           {409, "version mismatch", ErrorCode::kConflict, "mismatch", true},
           {405, "", ErrorCode::kMethodNotAllowed, "HTTP 405", false},
           {412, "", ErrorCode::kConflict, "HTTP 412", true},
           {429, "", ErrorCode::kResourceExhausted, "HTTP 429", true},
           {500, "", ErrorCode::kUnavailable, "HTTP 500", true},
           {503, "", ErrorCode::kUnavailable, "HTTP 503", true},
           {504, "", ErrorCode::kDeadlineExceeded, "HTTP 504", true}}) {
    const Error error =
        ErrorOfAnswer(Refused(one.status, one.message), kServiceName);
    EXPECT_EQ(error.code, one.code) << one.status;
    EXPECT_NE(error.message.find(one.fix), std::string::npos) << error.message;
    EXPECT_EQ(error.message.rfind(kServiceName, 0), 0U);
    EXPECT_EQ(IsPassing(error), one.passing) << one.status;
  }
}

TEST(ApiError, RetryAfterIsKept) {
  EXPECT_EQ(
      ErrorOfAnswer(Refused(429, "", "17"), kServiceName).retry_after_seconds,
      17);
  EXPECT_FALSE(ErrorOfAnswer(Refused(429, "", "soon"), kServiceName)
                   .retry_after_seconds);
}

TEST(ApiError, ProxysWordsAreNotRepeated) {
  HttpAnswer answer;
  answer.status = 502;
  answer.body = "<html>";
  EXPECT_EQ(ErrorOfAnswer(answer, "s").message, "s: HTTP 502");
}

}  // namespace
}  // namespace prewarm::cloudrun
