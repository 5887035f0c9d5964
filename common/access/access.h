// Who may ask for what: API keys for servers, short-lived signed upload
// tokens for browsers, admin tokens for the controller. Pure; comparisons
// take the same time whatever differs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace prewarm {

struct AccessConfig {
  std::vector<std::string> api_key_hashes;  // SHA-256, hex; empty: no keys
  std::string upload_secret;                // empty: no upload tokens
  std::vector<std::string> admin_tokens;    // at most two, for rotation
};

struct Credentials {
  std::string_view api_key;       // X-Api-Key or Authorization: Bearer
  std::string_view upload_token;  // X-Upload-Token
  std::string_view admin_token;   // X-Prewarm-Admin-Token
  bool loopback = false;          // the peer's own address is loopback
  bool forwarded = false;         // came through a proxy
};

// The identity to count against ("" for none needed), or kUnauthorized.
// Open to all when neither keys nor a secret are configured.
Result<std::string> AuthorizeProcess(const AccessConfig& config,
                                     const Credentials& credentials,
                                     std::int64_t now_unix);

// With no token configured: loopback only.
Status AuthorizeAdmin(const AccessConfig& config,
                      const Credentials& credentials);

// What a signed token is good for: others' signatures differ by the purpose.
struct TokenKind {
  std::string name;     // in errors: "upload"
  std::string header;   // that carries it, in lower case
  std::string purpose;  // signed with it
};
TokenKind UploadTokens();
// For visitors of one target, "namespace/name".
TokenKind IntentTokens(const std::string& target);

// "<expiry unix seconds>.<hex HMAC-SHA256 of '<purpose>:<expiry>'>", which a
// shop's server makes as well; good for a day at most.
std::string MakeToken(const TokenKind& kind, std::string_view secret,
                      std::int64_t expires);
// kUnauthorized, by the name of the header.
Status CheckToken(const TokenKind& kind, std::string_view secret,
                  std::string_view token, std::int64_t now_unix);

std::string MakeUploadToken(std::string_view secret, std::int64_t expires);

bool ConstantTimeEquals(std::string_view a, std::string_view b);

}  // namespace prewarm
