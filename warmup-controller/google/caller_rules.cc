#include "warmup-controller/google/caller_rules.h"

#include <algorithm>

#include "common/base/ascii.h"
#include "common/base/base64.h"
#include "common/base/utf8.h"

namespace prewarm::google {
namespace {

// Google's last an hour.
constexpr std::int64_t kLongestLife = std::int64_t{24} * 3600;

Error Refused(const std::string& what) {
  return MakeError(ErrorCode::kUnauthorized, "the token " + what,
                   "Authorization");
}

}  // namespace

Result<std::string> BearerOf(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() <= kScheme.size() ||
      AsciiLower(authorization.substr(0, kScheme.size())) != kScheme) {
    return MakeError(ErrorCode::kUnauthorized,
                     "a Google-signed ID token is needed: Authorization: "
                     "Bearer TOKEN",
                     "Authorization");
  }
  return std::string(authorization.substr(kScheme.size()));
}

bool IsVerifiedBefore(const JsonWebToken& token, const CallerRules& rules) {
  return rules.behind_iam && token.algorithm == "RS256" &&
         token.signature == FromBase64Url(kRemovedSignature);
}

Status CheckSignature(const JsonWebToken& token, const RsaPublicKey& key) {
  // Whoever may choose the algorithm may choose none.
  if (token.algorithm != "RS256") {
    return Refused("is signed by " + Quoted(token.algorithm) +
                   ", expected RS256");
  }
  if (VerifyRs256(key, token.signed_text, token.signature)) return Ok{};
  return Refused("has a signature that is not of the key it names");
}

Result<std::string> CheckClaims(const Json& claims, const CallerRules& rules,
                                std::int64_t now_unix) {
  const std::string issuer = TextAt(claims, {"iss"});
  if (issuer != "https://accounts.google.com" &&
      issuer != "accounts.google.com") {
    return Refused("is of " + Quoted(issuer) +
                   ", expected https://accounts.google.com");
  }
  const std::string audience = TextAt(claims, {"aud"});
  if (rules.audience.empty() || audience != rules.audience) {
    return Refused("is for the audience " + Quoted(audience) + ", expected " +
                   Quoted(rules.audience));
  }
  const auto expires = SecondsAt(claims, "exp");
  const auto issued = SecondsAt(claims, "iat");
  if (!expires || !issued) return Refused("lacks exp or iat");
  if (*expires + kClockSkewSeconds <= now_unix) {
    return Refused("is over since " + std::to_string(now_unix - *expires) +
                   " s");
  }
  if (*issued - kClockSkewSeconds > now_unix) {
    return Refused("begins in " + std::to_string(*issued - now_unix) +
                   " s: is the clock right?");
  }
  if (*expires - *issued > kLongestLife) {
    return Refused("lasts longer than a day");
  }
  const std::string email = TextAt(claims, {"email"});
  if (email.empty() || !IsTrueAt(claims, {"email_verified"})) {
    return Refused("has no verified e-mail address: ask for format=full");
  }
  if (std::find(rules.callers.begin(), rules.callers.end(), email) ==
      rules.callers.end()) {
    return MakeError(ErrorCode::kForbidden,
                     Quoted(email) +
                         " may not call this; --reconcile-caller "
                         "names who may",
                     "Authorization");
  }
  return email;
}

}  // namespace prewarm::google
