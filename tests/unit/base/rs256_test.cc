#include "common/base/rs256.h"

#include <gtest/gtest.h>

#include "tests/support/rsa_test_key.h"

namespace prewarm {
namespace {

TEST(Rs256, WhatAKeySignsItsPublicPartVerifies) {
  const RsaTestKey key;
  const auto signature = SignRs256(key.pem(), "a text");
  ASSERT_TRUE(signature.ok()) << signature.error().message;
  EXPECT_TRUE(VerifyRs256(key.public_key(), "a text", *signature));
}

TEST(Rs256, NothingElseIsVerified) {
  const RsaTestKey key;
  const RsaTestKey other;
  std::string signature = SignRs256(key.pem(), "a text").value();
  EXPECT_FALSE(VerifyRs256(key.public_key(), "another", signature));
  EXPECT_FALSE(VerifyRs256(other.public_key(), "a text", signature));
  EXPECT_FALSE(VerifyRs256(key.public_key(), "a text", ""));
  EXPECT_FALSE(VerifyRs256(key.public_key(), "a text", signature + "x"));
  signature[5] = static_cast<char>(signature[5] ^ 1);
  EXPECT_FALSE(VerifyRs256(key.public_key(), "a text", signature));
}

TEST(Rs256, KeyThatIsTooSmallOrNoneIsRefused) {
  const RsaTestKey small(1024);
  EXPECT_FALSE(CheckRsaKey(small.public_key()).ok());
  EXPECT_FALSE(SignRs256(small.pem(), "a text").ok());
  const RsaPublicKey good = RsaTestKey().public_key();
  EXPECT_TRUE(CheckRsaKey(good).ok());
  for (const RsaPublicKey& key :
       {RsaPublicKey{"", good.exponent}, RsaPublicKey{good.modulus, ""},
        RsaPublicKey{good.modulus, "\x01"},
        RsaPublicKey{good.modulus, std::string("\x01\x00", 2)},
        RsaPublicKey{good.modulus, std::string(9, '\x03')},
        RsaPublicKey{std::string(256, '\xfe'), good.exponent},
        RsaPublicKey{std::string(4096, '\xff'), good.exponent}}) {
    EXPECT_FALSE(CheckRsaKey(key).ok());
    EXPECT_FALSE(VerifyRs256(key, "a text", std::string(256, 'x')));
  }
}

TEST(Rs256, TextThatIsNoKeySignsNothing) {
  for (const char* pem : {"", "no key",
                          "-----BEGIN PRIVATE KEY-----\nAAAA\n"
                          "-----END PRIVATE KEY-----\n"}) {
    EXPECT_EQ(SignRs256(pem, "").error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace prewarm
