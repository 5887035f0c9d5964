#include "warmup-controller/api/intent_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prewarm {
namespace {

using testing::HasSubstr;

Error Refused(const std::string& body,
              const std::string& type = "application/json") {
  const auto read = ReadIntentBody(type, body);
  EXPECT_FALSE(read.ok()) << body;
  return read.ok() ? Error() : read.error();
}

TEST(IntentBody, HasAVisitorAStateAndPerhapsAToken) {
  const auto read = ReadIntentBody(
      "application/json",
      R"({"visitor": "abcdefgh", "state": "uploading", "token": "1.ab"})");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->visitor, "abcdefgh");
  EXPECT_EQ(read->state, VisitorState::kUploading);
  EXPECT_EQ(read->token, "1.ab");
}

TEST(IntentBody, MayBeWhatABeaconSends) {
  for (const char* type : {"text/plain;charset=UTF-8", "Text/Plain",
                           "application/json; charset=utf-8"}) {
    const auto read =
        ReadIntentBody(type, R"({"state":"left","visitor":"abcdefgh"})");
    ASSERT_TRUE(read.ok()) << type;
    EXPECT_EQ(read->state, VisitorState::kLeft);
    EXPECT_EQ(read->token, "");
  }
}

TEST(IntentBody, OtherTypesAreNotRead) {
  for (const char* type :
       {"", "application/x-www-form-urlencoded", "application/jsonx", "text"}) {
    const Error error = Refused("{}", type);
    EXPECT_EQ(error.code, ErrorCode::kUnsupported);
    EXPECT_EQ(error.field, "content-type");
    EXPECT_THAT(error.message, HasSubstr("send application/json"));
  }
}

TEST(IntentBody, IsAtMostAKibibyte) {
  std::string body = R"({"state":"open","visitor":"abcdefgh"})";
  body.append(kMaxIntentBytes - body.size(), ' ');
  EXPECT_TRUE(ReadIntentBody("text/plain", body).ok());
  EXPECT_EQ(Refused(body + " ").code, ErrorCode::kTooLarge);
}

TEST(IntentBody, EveryMistakeNamesFieldValueAndFix) {
  const struct {
    const char* body;
    const char* field;
    const char* says;
  } mistakes[] = {
      {R"({"state":"open"})", "visitor", "is missing"},
      {R"({"visitor":"abcdefgh"})", "state", "is missing"},
      {R"({"visitor":12,"state":"open"})", "visitor", "visitor=12: expected"},
      {R"({"visitor":null,"state":"open"})", "visitor", "null: expected"},
      {R"({"visitor":"a","state":"shut"})", "state",
       R"(state="shut": expected "open", "uploading" or "left")"},
      {R"({"visitor":"a","state":["open"]})", "state", R"(["open"]: expected)"},
      {R"({"visitor":"a","state":"open","token":{}})", "token", "token={}"},
      {R"({"visitor":"a","state":"open","age":3})", "age",
       "known are: visitor, state, token"},
      {R"({"visitor":"a","state":"open","visitor":"b"})", "visitor",
       "given twice"},
      {R"({"visitor":"a","state":"open","st\u0061te":"open"})", "state",
       "given twice"},
      {"", "body", "no JSON object"},
      {"[]", "body", "no JSON object"},
      {"{", "body", "no JSON object"},
      {"{} {}", "body", "no JSON object"},
      {"{\"visitor\":\"\xff\",\"state\":\"open\"}", "body", "no JSON object"},
  };
  for (const auto& [body, field, says] : mistakes) {
    const Error error = Refused(body);
    EXPECT_EQ(error.code, ErrorCode::kInvalidArgument) << body;
    EXPECT_EQ(error.field, field) << body;
    EXPECT_THAT(error.message, HasSubstr(says)) << body;
  }
}

TEST(IntentBody, NestingIsNoWayToTheStack) {
  EXPECT_EQ(Refused(std::string(kMaxIntentBytes, '[')).field, "body");
  const std::string half((kMaxIntentBytes - 40) / 2, '[');
  const std::string body = R"({"state":"open","visitor":)" + half +
                           std::string(half.size(), ']') + "}";
  EXPECT_EQ(Refused(body).field, "visitor");
}

}  // namespace
}  // namespace prewarm
