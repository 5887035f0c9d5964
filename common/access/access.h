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

// "<expiry unix seconds>.<hex HMAC-SHA256 of 'upload:<expiry>'>".
std::string MakeUploadToken(std::string_view secret, std::int64_t expires);

bool ConstantTimeEquals(std::string_view a, std::string_view b);

}  // namespace prewarm
