#include <gtest/gtest.h>

#include <optional>

#include "common/base/base64.h"
#include "tests/support/rsa_test_key.h"
#include "tests/unit/google/later_http.h"
#include "tests/unit/kube/hand_clock.h"
#include "warmup-controller/google/json_web_token.h"
#include "warmup-controller/google/key_file_tokens.h"
#include "warmup-controller/google/metadata_server.h"
#include "warmup-controller/google/service_account_key.h"

namespace prewarm::google {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kThen = 1767225600;  // that of HandClock
const std::map<std::string, std::string> kFlavored = {
    {"metadata-flavor", "Google"}};

std::string IdToken(std::int64_t expires) {
  return Base64Url(R"({"alg":"RS256"})") + "." +
         Base64Url(R"({"exp":)" + std::to_string(expires) + "}") + "." +
         Base64Url("sig");
}

Json KeyJson(const RsaTestKey& key) {
  return {{"type", "service_account"},
          {"project_id", "p"},
          {"private_key_id", "k1"},
          {"private_key", key.pem()},
          {"client_email", "c@p.iam.gserviceaccount.com"},
          {"token_uri", "https://oauth2.example/token"}};
}

class FetcherTest : public testing::Test {
 protected:
  std::shared_ptr<std::optional<Result<Token>>> Ask(TokenFetcher* fetcher,
                                                    const Audience& audience) {
    auto got = std::make_shared<std::optional<Result<Token>>>();
    fetcher->Fetch(audience,
                   [got](Result<Token> token) { *got = std::move(token); });
    return got;
  }

  kube::HandClock clock_;
  LaterHttp http_;
};

TEST_F(FetcherTest, MetadataServerGivesAnAccessToken) {
  MetadataServer server("metadata.google.internal", &http_, &clock_);
  const auto token = Ask(&server, "");
  EXPECT_EQ(http_.calls[0].url,
            "http://metadata.google.internal/computeMetadata/v1/instance/"
            "service-accounts/default/token");
  EXPECT_EQ(http_.calls[0].headers["Metadata-Flavor"], "Google");
  http_.Answer(200, R"({"access_token":"ya29.x","expires_in":1799})",
               kFlavored);
  ASSERT_TRUE((*token)->ok()) << (*token)->error().message;
  EXPECT_EQ((*token)->value().text, "ya29.x");
  EXPECT_EQ((*token)->value().lifetime, seconds(1799));
}

TEST_F(FetcherTest, MetadataServerGivesAnIdTokenForAnAudience) {
  MetadataServer server("127.0.0.1:1", &http_, &clock_);
  const auto token = Ask(&server, "https://a.run.app");
  EXPECT_EQ(http_.calls[0].url,
            "http://127.0.0.1:1/computeMetadata/v1/instance/service-accounts/"
            "default/identity?audience=https%3A%2F%2Fa.run.app&format=full");
  http_.Answer(200, IdToken(kThen + 3000), kFlavored);
  ASSERT_TRUE((*token)->ok()) << (*token)->error().message;
  EXPECT_EQ((*token)->value().lifetime, seconds(3000));
}

TEST_F(FetcherTest, WhoIsNoMetadataServerIsNotBelieved) {
  MetadataServer server("127.0.0.1:1", &http_, &clock_);
  const auto token = Ask(&server, "");
  http_.Answer(200, R"({"access_token":"ya29.x","expires_in":1799})");
  EXPECT_NE((*token)->error().message.find("Metadata-Flavor"),
            std::string::npos);
}

TEST_F(FetcherTest, WhatIsNoTokenIsTold) {
  MetadataServer server("127.0.0.1:1", &http_, &clock_);
  for (const auto& [audience, body] :
       std::vector<std::pair<std::string, std::string>>{
           {"", "{}"},
           {"", R"({"access_token":"a b","expires_in":10})"},
           {"", R"({"access_token":"a\n","expires_in":10})"},
           {"", R"({"access_token":"a","expires_in":0})"},
           {"", R"({"access_token":"a","expires_in":"10"})"},
           {"https://a", "no token"},
           {"https://a", IdToken(kThen)}}) {
    const auto token = Ask(&server, audience);
    http_.Answer(200, body, kFlavored);
    ASSERT_FALSE((*token)->ok()) << body;
    EXPECT_NE((*token)->error().message.find("--credentials"),
              std::string::npos);
  }
}

TEST_F(FetcherTest, KeyFileIsExchangedForAnAccessToken) {
  const RsaTestKey key;
  KeyFileTokens tokens(ReadServiceAccountKey(WriteJson(KeyJson(key))).value(),
                       &http_, &clock_);
  const auto token = Ask(&tokens, "");
  const HttpCall& call = http_.calls[0];
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "https://oauth2.example/token");
  const std::string start =
      "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&"
      "assertion=";
  ASSERT_EQ(call.body.rfind(start, 0), 0U);
  const auto assertion = ParseJsonWebToken(call.body.substr(start.size()));
  ASSERT_TRUE(assertion.ok());
  EXPECT_TRUE(VerifyRs256(key.public_key(), assertion->signed_text,
                          assertion->signature));
  EXPECT_EQ(assertion->key_id, "k1");
  const Json expected = {
      {"iss", "c@p.iam.gserviceaccount.com"},
      {"sub", "c@p.iam.gserviceaccount.com"},
      {"aud", "https://oauth2.example/token"},
      {"iat", kThen},
      {"exp", kThen + 3600},
      {"scope", "https://www.googleapis.com/auth/cloud-platform"}};
  EXPECT_EQ(assertion->claims, expected);
  http_.Answer(200, R"({"access_token":"ya29.x","expires_in":3599})");
  EXPECT_EQ((*token)->value().text, "ya29.x");
}

TEST_F(FetcherTest, KeyFileIsExchangedForAnIdToken) {
  const RsaTestKey key;
  KeyFileTokens tokens(ReadServiceAccountKey(WriteJson(KeyJson(key))).value(),
                       &http_, &clock_);
  const auto token = Ask(&tokens, "https://a.run.app");
  const std::string body = http_.calls[0].body;
  const auto assertion = ParseJsonWebToken(body.substr(body.rfind('=') + 1));
  ASSERT_TRUE(assertion.ok());
  EXPECT_EQ(TextAt(assertion->claims, {"target_audience"}),
            "https://a.run.app");
  EXPECT_FALSE(assertion->claims.contains("scope"));
  http_.Answer(200, R"({"id_token":")" + IdToken(kThen + 60) + "\"}");
  EXPECT_EQ((*token)->value().lifetime, seconds(60));
}

TEST_F(FetcherTest, RefusedExchangeSaysWhyAndWhetherToTryAgain) {
  const RsaTestKey key;
  KeyFileTokens tokens(ReadServiceAccountKey(WriteJson(KeyJson(key))).value(),
                       &http_, &clock_);
  auto token = Ask(&tokens, "");
  http_.Answer(400, R"({"error":"invalid_grant","error_description":"no"})");
  EXPECT_EQ((*token)->error().code, ErrorCode::kUnauthorized);
  EXPECT_NE((*token)->error().message.find("clock is wrong"),
            std::string::npos);
  token = Ask(&tokens, "");
  http_.Answer(503, "");
  EXPECT_EQ((*token)->error().code, ErrorCode::kUnavailable);
  token = Ask(&tokens, "");
  http_.Answer(200, "{}");
  EXPECT_EQ((*token)->error().code, ErrorCode::kUnavailable);
}

TEST(ServiceAccountKey, WhatIsWrongIsNamedAndTheKeyIsNotRepeated) {
  const RsaTestKey key;
  for (const char* field :
       {"type", "private_key_id", "private_key", "client_email", "token_uri"}) {
    Json json = KeyJson(key);
    json.erase(field);
    const auto read = ReadServiceAccountKey(WriteJson(json));
    ASSERT_FALSE(read.ok()) << field;
    EXPECT_NE(read.error().message.find(field), std::string::npos);
  }
  Json json = KeyJson(key);
  json["private_key"] = "secret words";
  EXPECT_EQ(ReadServiceAccountKey(WriteJson(json))
                .error()
                .message.find("secret words"),
            std::string::npos);
  EXPECT_EQ(ReadServiceAccountKey("secret words")
                .error()
                .message.find("secret words"),
            std::string::npos);
  json["type"] = "authorized_user";
  EXPECT_NE(ReadServiceAccountKey(WriteJson(json))
                .error()
                .message.find("not supported"),
            std::string::npos);
}

}  // namespace
}  // namespace prewarm::google
