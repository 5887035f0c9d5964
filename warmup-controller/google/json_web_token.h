// Signed JSON Web Tokens (RFC 7515, 7519) as texts. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/json_text.h"
#include "common/base/result.h"

namespace prewarm::google {

using Json = nlohmann::json;

inline constexpr std::size_t kMaxTokenBytes = 16 << 10;

// What a token says of itself: nothing of it is proven.
struct JsonWebToken {
  std::string algorithm;
  std::string key_id;  // "": it does not say
  Json claims;         // an object
  std::string signed_text;
  std::string signature;
};

// kUnauthorized: it is none. Members that a reader has to understand (`crit`)
// are refused, since none is known here.
Result<JsonWebToken> ParseJsonWebToken(std::string_view text);

// A claim of whole seconds since 1970; unset: none, or one that can't be.
std::optional<std::int64_t> SecondsAt(const Json& claims, const char* name);

// What a signature is made for: append "." and Base64Url(signature).
std::string TextToSign(const Json& header, const Json& claims);

}  // namespace prewarm::google
