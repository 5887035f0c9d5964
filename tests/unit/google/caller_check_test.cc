#include "warmup-controller/google/caller_check.h"

#include <gtest/gtest.h>

#include <optional>

#include "tests/support/rsa_test_key.h"
#include "tests/unit/google/later_http.h"
#include "tests/unit/kube/hand_clock.h"

namespace prewarm::google {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr char kHeader[] = R"({"alg":"RS256","kid":"k1"})";
constexpr std::int64_t kNow = 1767225600;  // that of HandClock

const RsaTestKey& Signer() {
  static const RsaTestKey key;
  return key;
}

Json Claims() {
  return {{"iss", "https://accounts.google.com"},
          {"aud", "https://a.example/reconcile"},
          {"email", "scheduler@p.iam.gserviceaccount.com"},
          {"email_verified", true},
          {"iat", kNow - 10},
          {"exp", kNow + 3590}};
}

class CallerCheckTest : public testing::Test {
 protected:
  CallerCheckTest()
      : ring_("http://keys", &http_, &clock_),
        check_({"https://a.example/reconcile",
                {"other@p.iam.gserviceaccount.com",
                 "scheduler@p.iam.gserviceaccount.com"}},
               &ring_, &clock_) {}

  // Unset: it still waits for the keys.
  std::optional<Result<std::string>> Ask(const std::string& authorization) {
    const auto got = std::make_shared<std::optional<Result<std::string>>>();
    check_.Check(authorization, [got](Result<std::string> caller) {
      *got = std::move(caller);
    });
    if (!http_.waiting.empty() && answer_) {
      http_.Answer(200, R"({"keys":[)" + Signer().Jwk("k1") + "]}",
                   {{"cache-control", "max-age=600"}});
    }
    return *got;
  }
  std::optional<Result<std::string>> AskWith(const Json& claims,
                                             const char* header = kHeader) {
    return Ask("Bearer " + Signer().Token(header, WriteJson(claims)));
  }
  ErrorCode CodeWith(const Json& claims, const char* header = kHeader) {
    const auto caller = AskWith(claims, header);
    EXPECT_TRUE(caller && !caller->ok());
    return caller->error().code;
  }

  kube::HandClock clock_;
  LaterHttp http_;
  KeyRing ring_;
  CallerCheck check_;
  bool answer_ = true;
};

TEST_F(CallerCheckTest, WhoIsNamedMayCall) {
  const auto caller = AskWith(Claims());
  ASSERT_TRUE(caller && caller->ok()) << caller->error().message;
  EXPECT_EQ(**caller, "scheduler@p.iam.gserviceaccount.com");
}

TEST_F(CallerCheckTest, EveryClaimIsNeeded) {
  struct Case {
    const char* name;
    Json value;
    ErrorCode code;
  };
  const ErrorCode refused = ErrorCode::kUnauthorized;
  for (const Case& one : std::vector<Case>{
           {"iss", "https://evil.example", refused},
           {"iss", nullptr, refused},
           {"aud", "https://a.example", refused},
           {"aud", Json::array({"https://a.example/reconcile"}), refused},
           {"exp", kNow - 61, refused},
           {"exp", nullptr, refused},
           {"exp", kNow + 90000, refused},
           {"iat", kNow + 61, refused},
           {"iat", nullptr, refused},
           {"email_verified", false, refused},
           {"email_verified", "true", refused},
           {"email", nullptr, refused},
           {"email", "visitor@gmail.com", ErrorCode::kForbidden}}) {
    Json claims = Claims();
    claims[one.name] = one.value;
    EXPECT_EQ(CodeWith(claims), one.code) << one.name << " " << one.value;
  }
  // Nobody's keys are fetched for those.
  EXPECT_TRUE(http_.calls.empty());
}

TEST_F(CallerCheckTest, ClocksMayDifferALittle) {
  Json claims = Claims();
  claims["exp"] = kNow - 59;
  EXPECT_TRUE(AskWith(claims)->ok());
  claims = Claims();
  claims["iat"] = kNow + 59;
  EXPECT_TRUE(AskWith(claims)->ok());
}

TEST_F(CallerCheckTest, SignatureIsThatOfTheKeyThatIsNamed) {
  const RsaTestKey other;
  const auto forged =
      Ask("Bearer " + other.Token(kHeader, WriteJson(Claims())));
  EXPECT_EQ(forged->error().code, ErrorCode::kUnauthorized);
  EXPECT_EQ(CodeWith(Claims(), R"({"alg":"none","kid":"k1"})"),
            ErrorCode::kUnauthorized);
  EXPECT_EQ(CodeWith(Claims(), R"({"alg":"HS256","kid":"k1"})"),
            ErrorCode::kUnauthorized);
}

TEST_F(CallerCheckTest, RemovedSignatureCountsOnlyBehindTheCheckThatRemovesIt) {
  std::string token = Signer().Token(kHeader, WriteJson(Claims()));
  token.replace(token.rfind('.') + 1, std::string::npos, kRemovedSignature);
  EXPECT_EQ(Ask("Bearer " + token)->error().code, ErrorCode::kUnauthorized);
  const CallerCheck behind({"https://a.example/reconcile",
                            {"scheduler@p.iam.gserviceaccount.com"},
                            true},
                           &ring_, &clock_);
  const auto ask = [&](const std::string& text) {
    std::optional<Result<std::string>> got;
    behind.Check("Bearer " + text,
                 [&got](const Result<std::string>& caller) { got = caller; });
    return *got;
  };
  EXPECT_TRUE(ask(token).ok());
  // Claims count as before, and so does a signature that is there.
  Json claims = Claims();
  claims["email"] = "visitor@gmail.com";
  std::string other = Signer().Token(kHeader, WriteJson(claims));
  other.replace(other.rfind('.') + 1, std::string::npos, kRemovedSignature);
  EXPECT_EQ(ask(other).error().code, ErrorCode::kForbidden);
  EXPECT_EQ(ask(RsaTestKey().Token(kHeader, WriteJson(Claims()))).error().code,
            ErrorCode::kUnauthorized);
  std::string none =
      Signer().Token(R"({"alg":"none","kid":"k1"})", WriteJson(Claims()));
  none.replace(none.rfind('.') + 1, std::string::npos, kRemovedSignature);
  EXPECT_EQ(ask(none).error().code, ErrorCode::kUnauthorized);
}

TEST_F(CallerCheckTest, WithoutATokenNobodyMayCall) {
  for (const char* header : {"", "Bearer", "Bearer ", "Basic abc", "token"}) {
    EXPECT_EQ(Ask(header)->error().code, ErrorCode::kUnauthorized) << header;
  }
}

TEST_F(CallerCheckTest, KeysAreKeptAsLongAsTheyMayBe) {
  EXPECT_TRUE(AskWith(Claims())->ok());
  clock_.Pass(minutes(9));
  EXPECT_TRUE(AskWith(Claims())->ok());
  EXPECT_EQ(http_.calls.size(), 1U);
  clock_.Pass(minutes(2));
  EXPECT_TRUE(AskWith(Claims())->ok());
  EXPECT_EQ(http_.calls.size(), 2U);
}

TEST_F(CallerCheckTest, UnknownKeyFetchesThemAgainButSeldom) {
  EXPECT_TRUE(AskWith(Claims())->ok());
  const char* unknown = R"({"alg":"RS256","kid":"k2"})";
  EXPECT_EQ(CodeWith(Claims(), unknown), ErrorCode::kUnauthorized);
  EXPECT_EQ(http_.calls.size(), 1U);
  clock_.Pass(seconds(31));
  EXPECT_EQ(CodeWith(Claims(), unknown), ErrorCode::kUnauthorized);
  EXPECT_EQ(http_.calls.size(), 2U);
  EXPECT_EQ(CodeWith(Claims(), unknown), ErrorCode::kUnauthorized);
  EXPECT_EQ(http_.calls.size(), 2U);
}

TEST_F(CallerCheckTest, NewKeyIsFoundAtOnce) {
  EXPECT_TRUE(AskWith(Claims())->ok());
  clock_.Pass(seconds(31));
  answer_ = false;
  const RsaTestKey next;
  std::optional<Result<std::string>> got;
  check_.Check("Bearer " + next.Token(R"({"alg":"RS256","kid":"k2"})",
                                      WriteJson(Claims())),
               [&got](Result<std::string> caller) { got = std::move(caller); });
  EXPECT_FALSE(got.has_value());
  http_.Answer(200, R"({"keys":[)" + next.Jwk("k2") + "]}");
  ASSERT_TRUE(got && got->ok()) << got->error().message;
}

TEST_F(CallerCheckTest, OldKeysAreGoodEnoughForAnHour) {
  EXPECT_TRUE(AskWith(Claims())->ok());
  answer_ = false;
  const auto again = [this] {
    Json claims = Claims();
    claims["iat"] = kNow + 4000;
    claims["exp"] = kNow + 9000;
    std::optional<Result<std::string>> got;
    check_.Check("Bearer " + Signer().Token(kHeader, WriteJson(claims)),
                 [&got](const Result<std::string>& caller) { got = caller; });
    http_.Answer(MakeError(ErrorCode::kUnavailable, "nobody answers"));
    return *got;
  };
  clock_.Pass(minutes(68));
  EXPECT_TRUE(again().ok());
  clock_.Pass(minutes(3));
  EXPECT_EQ(again().error().code, ErrorCode::kUnavailable);
}

TEST_F(CallerCheckTest, ThoseWhoComeTogetherCauseOneFetch) {
  answer_ = false;
  int answered = 0;
  for (int i = 0; i < 3; ++i) {
    check_.Check("Bearer " + Signer().Token(kHeader, WriteJson(Claims())),
                 [&answered](const Result<std::string>& caller) {
                   EXPECT_TRUE(caller.ok());
                   ++answered;
                 });
  }
  ASSERT_EQ(http_.calls.size(), 1U);
  http_.Answer(200, R"({"keys":[)" + Signer().Jwk("k1") + "]}");
  EXPECT_EQ(answered, 3);
}

TEST_F(CallerCheckTest, KeysThatCanNotBeHadAreNobodysFault) {
  answer_ = false;
  for (const auto& answer : std::vector<Result<HttpAnswer>>{
           MakeError(ErrorCode::kUnavailable, "nobody answers"),
           HttpAnswer{500, {}, ""}, HttpAnswer{200, {}, "no keys"}}) {
    std::optional<Result<std::string>> got;
    check_.Check("Bearer " + Signer().Token(kHeader, WriteJson(Claims())),
                 [&got](const Result<std::string>& caller) { got = caller; });
    http_.Answer(answer);
    EXPECT_EQ(got->error().code, ErrorCode::kUnavailable);
    clock_.Pass(seconds(31));
  }
}

}  // namespace
}  // namespace prewarm::google
