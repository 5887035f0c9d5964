#include "common/access/access.h"

#include <openssl/crypto.h>

#include "common/base/hmac_sha256.h"
#include "common/base/sha256.h"

namespace prewarm {
namespace {

// A token that lives longer than this was not made for one visit.
constexpr std::int64_t kMaxLifetimeSeconds = std::int64_t{24} * 3600;

bool AnyEquals(const std::vector<std::string>& list, std::string_view value) {
  bool found = false;
  for (const std::string& entry : list) {
    found |= ConstantTimeEquals(entry, value);
  }
  return found;
}

Error Unauthorized(const std::string& message, const std::string& field) {
  return MakeError(ErrorCode::kUnauthorized, message, field);
}

}  // namespace

Status CheckToken(const TokenKind& kind, std::string_view secret,
                  std::string_view token, std::int64_t now_unix) {
  const auto refused = [&](const std::string& why) {
    return Unauthorized("the " + kind.name + " token " + why, kind.header);
  };
  const std::size_t dot = token.find('.');
  const std::string digits(token.substr(0, dot));
  if (dot == std::string_view::npos || digits.empty() || digits.size() > 12 ||
      digits.find_first_not_of("0123456789") != std::string::npos) {
    return refused("is malformed");
  }
  const std::int64_t expires = std::stoll(digits);
  if (!ConstantTimeEquals(MakeToken(kind, secret, expires), token)) {
    return refused("has a wrong signature");
  }
  if (expires < now_unix) {
    return refused("has expired; ask the shop for a new one");
  }
  if (expires > now_unix + kMaxLifetimeSeconds) {
    return refused("expires more than a day from now; make shorter ones");
  }
  return Ok{};
}

bool ConstantTimeEquals(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string MakeToken(const TokenKind& kind, std::string_view secret,
                      std::int64_t expires) {
  const std::string text = std::to_string(expires);
  return text + "." + HmacSha256Hex(secret, kind.purpose + ":" + text);
}

TokenKind UploadTokens() { return {"upload", "x-upload-token", "upload"}; }

TokenKind IntentTokens(const std::string& target) {
  return {"intent", "x-prewarm-intent-token", "intent:" + target};
}

std::string MakeUploadToken(std::string_view secret, std::int64_t expires) {
  return MakeToken(UploadTokens(), secret, expires);
}

Result<std::string> AuthorizeProcess(const AccessConfig& config,
                                     const Credentials& credentials,
                                     std::int64_t now_unix) {
  if (config.api_key_hashes.empty() && config.upload_secret.empty()) {
    return std::string();
  }
  if (!credentials.api_key.empty() && !config.api_key_hashes.empty()) {
    const std::string hash = Sha256Hex(credentials.api_key);
    if (AnyEquals(config.api_key_hashes, hash)) return "key:" + hash;
    return Unauthorized("the API key is not known", "x-api-key");
  }
  if (!credentials.upload_token.empty() && !config.upload_secret.empty()) {
    PREWARM_RETURN_IF_ERROR(CheckToken(UploadTokens(), config.upload_secret,
                                       credentials.upload_token, now_unix));
    return std::string();
  }
  return Unauthorized(
      "send an API key in X-Api-Key or an upload token in "
      "X-Upload-Token",
      "x-api-key");
}

Status AuthorizeAdmin(const AccessConfig& config,
                      const Credentials& credentials) {
  if (config.admin_tokens.empty()) {
    if (credentials.loopback && !credentials.forwarded) return Ok{};
    return MakeError(ErrorCode::kForbidden,
                     "no admin token is configured, so this is open to the "
                     "machine itself only; set --admin-token-file");
  }
  if (AnyEquals(config.admin_tokens, credentials.admin_token)) return Ok{};
  return Unauthorized("send a valid token in X-Prewarm-Admin-Token",
                      "x-prewarm-admin-token");
}

}  // namespace prewarm
