#include "inference-server/api/sharing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inference-server/api/conditional.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

constexpr ResultsMode kModes[] = {ResultsMode::kPrivate, ResultsMode::kAsked,
                                  ResultsMode::kShared};

bool Shares(ResultsMode mode, std::optional<bool> asked, bool json = false,
            bool tenant = true) {
  const auto shared = IsShared(mode, asked, json, tenant);
  EXPECT_TRUE(shared.ok());
  return shared.ok() && shared.value();
}

Error Refusal(ResultsMode mode, bool json, bool tenant) {
  const auto shared = IsShared(mode, true, json, tenant);
  EXPECT_FALSE(shared.ok());
  return shared.ok() ? Error{} : shared.error();
}

TEST(Sharing, IsWhatOperatorAndRequestAgreeUpon) {
  EXPECT_FALSE(Shares(ResultsMode::kPrivate, std::nullopt));
  EXPECT_FALSE(Shares(ResultsMode::kAsked, std::nullopt));
  EXPECT_TRUE(Shares(ResultsMode::kShared, std::nullopt));
  EXPECT_TRUE(Shares(ResultsMode::kAsked, true));
  EXPECT_TRUE(Shares(ResultsMode::kShared, true));
}

TEST(Sharing, IsNeverAgainstTheRequest) {
  for (const ResultsMode mode : kModes) EXPECT_FALSE(Shares(mode, false));
}

TEST(Sharing, LeavesCustomersAndJsonAloneWhereNobodyAsked) {
  EXPECT_FALSE(Shares(ResultsMode::kShared, std::nullopt, false, false));
  EXPECT_FALSE(Shares(ResultsMode::kShared, std::nullopt, true, true));
}

TEST(Sharing, RefusesWhatCannotBeWithTheWayOut) {
  const Error off = Refusal(ResultsMode::kPrivate, false, true);
  EXPECT_EQ(off.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(off.message, HasSubstr("--results"));
  const Error customer = Refusal(ResultsMode::kShared, false, false);
  EXPECT_EQ(customer.code, ErrorCode::kForbidden);
  EXPECT_THAT(customer.message, HasSubstr("API key"));
  const Error json = Refusal(ResultsMode::kAsked, true, true);
  EXPECT_EQ(json.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(json.message, HasSubstr("Accept"));
  for (const Error& error : {off, customer, json}) {
    EXPECT_EQ(error.field, "share");
  }
}

TEST(Tenant, IsTheApiKeyOrEverybodyOfAnOpenServer) {
  AccessConfig open;
  EXPECT_EQ(TenantOf(open, ""), "public");
  AccessConfig keys;
  keys.api_key_hashes = {std::string(64, 'a')};
  EXPECT_EQ(TenantOf(keys, "key:a"), "key:a");
}

TEST(Tenant, IsNobodyForAnUploadToken) {
  AccessConfig tokens;
  tokens.upload_secret = "a-secret-of-enough-bytes";
  EXPECT_EQ(TenantOf(tokens, ""), std::nullopt);
  tokens.api_key_hashes = {std::string(64, 'a')};
  EXPECT_EQ(TenantOf(tokens, ""), std::nullopt);
}

TEST(Conditional, IfNoneMatchIsAListComparedWeakly) {
  const char* const tag = "\"abc\"";
  for (const char* header : {"\"abc\"", "W/\"abc\"", "*", "\"x\", \"abc\"",
                             " \"x\" ,\tW/\"abc\" ", ",,\"abc\""}) {
    EXPECT_TRUE(IfNoneMatchNames(header, tag)) << header;
  }
  for (const char* header : {"", "abc", "\"ab\"", "\"abcd\"", "W/", ",",
                             "\"x\", \"y\"", "w/\"abc\""}) {
    EXPECT_FALSE(IfNoneMatchNames(header, tag)) << header;
  }
}

TEST(Conditional, DatesAreThoseOfHttp) {
  EXPECT_EQ(HttpDateOf(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(HttpDateOf(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace prewarm
