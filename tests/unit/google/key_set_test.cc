#include "warmup-controller/google/key_set.h"

#include <gtest/gtest.h>

#include "tests/support/rsa_test_key.h"

namespace prewarm::google {
namespace {

using std::chrono::seconds;

HttpAnswer With(const std::string& cache_control) {
  HttpAnswer answer;
  answer.headers["cache-control"] = cache_control;
  return answer;
}

TEST(KeySet, KeysForSignaturesAreReadAndOthersPassedOver) {
  const RsaTestKey key;
  const auto keys = ReadKeySet(
      R"({"keys":[{"kty":"EC","kid":"a"},{"kty":"RSA","kid":"b","n":"!"},)"
      R"({"kty":"RSA","use":"enc","kid":"c","n":"AQAB","e":"AQAB"},)" +
      key.Jwk("d") + "]}");
  ASSERT_TRUE(keys.ok()) << keys.error().message;
  ASSERT_EQ(keys->size(), 1U);
  EXPECT_EQ(keys->begin()->first, "d");
  EXPECT_EQ(keys->begin()->second.modulus, key.public_key().modulus);
}

TEST(KeySet, WhatIsNoneIsRefused) {
  std::string many = R"({"keys":[)";
  for (int i = 0; i < 101; ++i) many += i == 0 ? "{}" : ",{}";
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string(R"({"keys":{}})"),
        std::string(R"({"keys":[]})"), many + "]}"}) {
    EXPECT_EQ(ReadKeySet(text).error().code, ErrorCode::kUnprocessable);
  }
}

TEST(KeySet, AgeIsTheOneThatIsSaidWithinBounds) {
  EXPECT_EQ(MaxAgeOf(With("public, Max-Age=1234, must-revalidate")),
            seconds(1234));
  EXPECT_EQ(MaxAgeOf(With("max-age=0")), seconds(60));
  EXPECT_EQ(MaxAgeOf(With("max-age=99999999")), seconds(24 * 3600));
  EXPECT_EQ(MaxAgeOf(With("max-age=x")), seconds(300));
  EXPECT_EQ(MaxAgeOf(With("no-cache")), seconds(300));
  EXPECT_EQ(MaxAgeOf(HttpAnswer()), seconds(300));
}

}  // namespace
}  // namespace prewarm::google
