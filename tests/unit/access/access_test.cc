#include "common/access/access.h"

#include <gtest/gtest.h>

#include "common/base/sha256.h"

namespace prewarm {
namespace {

constexpr std::int64_t kNow = 1700000000;
const std::string kSecret = "sixteen-characters-at-least";

AccessConfig Keys() {
  AccessConfig config;
  config.api_key_hashes = {Sha256Hex("first"), Sha256Hex("second")};
  return config;
}

AccessConfig Tokens() {
  AccessConfig config;
  config.upload_secret = kSecret;
  return config;
}

Result<std::string> WithToken(const std::string& token,
                              std::int64_t now = kNow) {
  Credentials credentials;
  credentials.upload_token = token;
  return AuthorizeProcess(Tokens(), credentials, now);
}

Result<std::string> WithKey(const std::string& key) {
  Credentials credentials;
  credentials.api_key = key;
  return AuthorizeProcess(Keys(), credentials, kNow);
}

TEST(ProcessAccess, OpenToAllWhereNothingIsConfigured) {
  const auto identity = AuthorizeProcess({}, {}, kNow);
  ASSERT_TRUE(identity.ok());
  EXPECT_EQ(*identity, "");
}

TEST(ProcessAccess, EveryConfiguredKeyIsAnIdentityOfItsOwn) {
  const auto first = WithKey("first");
  const auto second = WithKey("second");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE(*first, *second);
  EXPECT_EQ(first->find("first"), std::string::npos);
}

TEST(ProcessAccess, WrongOrMissingKeyIsUnauthorized) {
  for (const char* key : {"", "third", "firs", "first "}) {
    const auto identity = WithKey(key);
    ASSERT_FALSE(identity.ok()) << key;
    EXPECT_EQ(identity.error().code, ErrorCode::kUnauthorized);
  }
  // The hash is no key.
  EXPECT_FALSE(WithKey(Sha256Hex("first")).ok());
}

TEST(ProcessAccess, KeyIsWorthNothingWhereOnlyTokensAreConfigured) {
  Credentials credentials;
  credentials.api_key = kSecret;
  EXPECT_FALSE(AuthorizeProcess(Tokens(), credentials, kNow).ok());
}

TEST(UploadToken, IsGoodUntilItExpires) {
  const std::string token = MakeUploadToken(kSecret, kNow + 60);
  EXPECT_TRUE(WithToken(token, kNow).ok());
  EXPECT_TRUE(WithToken(token, kNow + 60).ok());
  EXPECT_FALSE(WithToken(token, kNow + 61).ok());
}

TEST(UploadToken, ThatLivesForMoreThanADayIsRefused) {
  constexpr std::int64_t kDay = 86400;
  EXPECT_TRUE(WithToken(MakeUploadToken(kSecret, kNow + kDay)).ok());
  EXPECT_FALSE(WithToken(MakeUploadToken(kSecret, kNow + kDay + 1)).ok());
}

TEST(UploadToken, EveryChangedCharacterIsNoticed) {
  const std::string token = MakeUploadToken(kSecret, kNow + 60);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == '1' ? '2' : '1';
    EXPECT_FALSE(WithToken(forged).ok()) << i;
  }
}

TEST(UploadToken, OfAnotherSecretIsRefused) {
  EXPECT_FALSE(WithToken(MakeUploadToken("another secret!!", kNow + 60)).ok());
}

TEST(UploadToken, ItsSignatureIsGoodForUploadsOnly) {
  // Published, so that shops can make them: echo -n upload:1700000060 |
  // openssl dgst -sha256 -hmac sixteen-characters-at-least
  const std::string token = MakeUploadToken(kSecret, 1700000060);
  EXPECT_EQ(token.substr(0, 11), "1700000060.");
  EXPECT_EQ(token.size(), 11U + 64);
  AccessConfig admin = Tokens();
  admin.admin_tokens = {"admin"};
  Credentials credentials;
  credentials.upload_token = credentials.admin_token = token;
  EXPECT_FALSE(AuthorizeAdmin(admin, credentials).ok());
}

TEST(IntentToken, IsGoodForItsTargetOnly) {
  const std::string token =
      MakeToken(IntentTokens("shop/server"), kSecret, kNow + 60);
  EXPECT_TRUE(
      CheckToken(IntentTokens("shop/server"), kSecret, token, kNow).ok());
  const Status other =
      CheckToken(IntentTokens("shop/other"), kSecret, token, kNow);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().field, "x-prewarm-intent-token");
  EXPECT_FALSE(CheckToken(UploadTokens(), kSecret, token, kNow).ok());
  EXPECT_FALSE(
      CheckToken(IntentTokens("shop/server"), kSecret, token, kNow + 61).ok());
}

TEST(UploadToken, MalformedOnesAreRefused) {
  const std::string good = MakeUploadToken(kSecret, kNow + 60);
  const std::string signature = good.substr(good.find('.'));
  for (const std::string& token :
       {std::string("."), std::string("x"), signature, "-1" + signature,
        "99999999999999999999" + signature, "1e9" + signature, good + "0",
        " " + good, good.substr(0, good.size() - 1),
        std::string("1700000060.")}) {
    const auto identity = WithToken(token);
    ASSERT_FALSE(identity.ok()) << token;
    EXPECT_EQ(identity.error().code, ErrorCode::kUnauthorized);
  }
}

TEST(AdminAccess, WithoutATokenTheMachineItselfMay) {
  Credentials credentials;
  credentials.loopback = true;
  EXPECT_TRUE(AuthorizeAdmin({}, credentials).ok());
}

TEST(AdminAccess, WithoutATokenNobodyElseMay) {
  const Status far = AuthorizeAdmin({}, {});
  ASSERT_FALSE(far.ok());
  EXPECT_EQ(far.error().code, ErrorCode::kForbidden);
  Credentials behind_proxy;
  behind_proxy.loopback = behind_proxy.forwarded = true;
  EXPECT_FALSE(AuthorizeAdmin({}, behind_proxy).ok());
}

TEST(AdminAccess, BothTokensOfARotationAreGood) {
  AccessConfig config;
  config.admin_tokens = {"old-token", "new-token"};
  Credentials credentials;
  for (const char* token : {"old-token", "new-token"}) {
    credentials.admin_token = token;
    EXPECT_TRUE(AuthorizeAdmin(config, credentials).ok()) << token;
  }
}

TEST(AdminAccess, WithATokenLoopbackAloneIsNotEnough) {
  AccessConfig config;
  config.admin_tokens = {"token"};
  Credentials credentials;
  credentials.loopback = true;
  EXPECT_FALSE(AuthorizeAdmin(config, credentials).ok());
  credentials.admin_token = "token2";
  EXPECT_EQ(AuthorizeAdmin(config, credentials).error().code,
            ErrorCode::kUnauthorized);
}

TEST(ConstantTimeEquals, ComparesAllOfIt) {
  EXPECT_TRUE(ConstantTimeEquals("", ""));
  EXPECT_TRUE(ConstantTimeEquals("abc", "abc"));
  EXPECT_FALSE(ConstantTimeEquals("abc", "abd"));
  EXPECT_FALSE(ConstantTimeEquals("abc", "ab"));
  EXPECT_FALSE(ConstantTimeEquals("a", ""));
}

}  // namespace
}  // namespace prewarm
