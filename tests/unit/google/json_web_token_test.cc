#include "warmup-controller/google/json_web_token.h"

#include <gtest/gtest.h>

#include "common/base/base64.h"

namespace prewarm::google {
namespace {

std::string Of(const std::string& header, const std::string& claims,
               const std::string& signature = "sig") {
  return Base64Url(header) + "." + Base64Url(claims) + "." +
         Base64Url(signature);
}

TEST(JsonWebToken, PartsAreRead) {
  const auto token = ParseJsonWebToken(
      Of(R"({"alg":"RS256","kid":"k1"})", R"({"aud":"a","exp":12})"));
  ASSERT_TRUE(token.ok()) << token.error().message;
  EXPECT_EQ(token->algorithm, "RS256");
  EXPECT_EQ(token->key_id, "k1");
  EXPECT_EQ(SecondsAt(token->claims, "exp"), 12);
  EXPECT_EQ(token->signature, "sig");
  EXPECT_EQ(token->signed_text.find('.'), token->signed_text.rfind('.'));
}

TEST(JsonWebToken, WhatIsNoneIsRefused) {
  const std::string good = Of("{}", "{}");
  for (const std::string& text :
       {std::string(), std::string("a.b"), good + ".x", "x" + good,
        Of("[]", "{}"), Of("{}", "1"), Of("{}", "{}", ""), Of("{", "{}"),
        Of(R"({"crit":["exp"]})", "{}"), std::string(20000, 'a') + ".b.c",
        Base64("{}") + "=." + Base64("{}") + ".c"}) {
    const auto token = ParseJsonWebToken(text);
    ASSERT_FALSE(token.ok()) << text;
    EXPECT_EQ(token.error().code, ErrorCode::kUnauthorized);
  }
}

TEST(JsonWebToken, SecondsThatCanNotBeAreNone) {
  const Json claims = {{"text", "12"}, {"less", -1}, {"more", 1e300}};
  for (const char* name : {"text", "less", "more", "none"}) {
    EXPECT_FALSE(SecondsAt(claims, name).has_value()) << name;
  }
}

}  // namespace
}  // namespace prewarm::google
