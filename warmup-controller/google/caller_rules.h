// Who may call, by a token of Google's (OpenID Connect Core 1.0, 3.1.3.7).
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/google/json_web_token.h"
#include "warmup-controller/google/key_set.h"

namespace prewarm::google {

struct CallerRules {
  std::string audience;              // exactly
  std::vector<std::string> callers;  // e-mail addresses of accounts
  // Cloud Run's own check stands in front: what it has verified comes with
  // kRemovedSignature in the signature's place. Without that check anybody may
  // write so.
  bool behind_iam = false;
};

inline constexpr char kRemovedSignature[] = "SIGNATURE_REMOVED_BY_GOOGLE";
// Whether somebody in front has verified it and says so.
bool IsVerifiedBefore(const JsonWebToken& token, const CallerRules& rules);

// Clocks may differ by so much.
inline constexpr std::int64_t kClockSkewSeconds = 60;

// The token of "Bearer TOKEN". kUnauthorized: there is none.
Result<std::string> BearerOf(std::string_view authorization);

// kUnauthorized: the signature is none of `key`, or of another algorithm than
// RS256.
Status CheckSignature(const JsonWebToken& token, const RsaPublicKey& key);

// Of a token whose signature was checked: the address of who calls.
// kUnauthorized: not of Google, for another audience, over, not begun, or
// without a verified address; kForbidden: somebody else's.
Result<std::string> CheckClaims(const Json& claims, const CallerRules& rules,
                                std::int64_t now_unix);

}  // namespace prewarm::google
