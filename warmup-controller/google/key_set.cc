#include "warmup-controller/google/key_set.h"

#include <algorithm>
#include <charconv>

#include "common/base/ascii.h"
#include "common/base/base64.h"
#include "warmup-controller/google/json_web_token.h"

namespace prewarm::google {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMostKeys = 100;
constexpr std::size_t kMostIdBytes = 256;
constexpr seconds kLeastAge{60};
constexpr seconds kUsualAge{300};
constexpr seconds kMostAge{24 * 3600};

bool IsForUs(const Json& key) {
  const std::string algorithm = TextAt(key, {"alg"});
  const std::string use = TextAt(key, {"use"});
  return TextAt(key, {"kty"}) == "RSA" &&
         (algorithm.empty() || algorithm == "RS256") &&
         (use.empty() || use == "sig");
}

}  // namespace

Result<KeySet> ReadKeySet(std::string_view text) {
  PREWARM_ASSIGN_OR_RETURN(const Json json, ReadJson(text));
  const Json& listed = At(json, {"keys"});
  if (!listed.is_array() || listed.size() > kMostKeys) {
    return MakeError(ErrorCode::kUnprocessable,
                     "no set of keys: expected a list `keys` of 100 at most");
  }
  KeySet keys;
  for (const Json& one : listed) {
    const std::string id = TextAt(one, {"kid"});
    if (!IsForUs(one) || id.empty() || id.size() > kMostIdBytes) continue;
    const auto modulus = FromBase64Url(TextAt(one, {"n"}));
    const auto exponent = FromBase64Url(TextAt(one, {"e"}));
    if (!modulus || !exponent) continue;
    RsaPublicKey key{*modulus, *exponent};
    if (CheckRsaKey(key).ok()) keys.emplace(id, std::move(key));
  }
  if (keys.empty()) {
    return MakeError(ErrorCode::kUnprocessable,
                     "the set holds no key for RS256");
  }
  return keys;
}

seconds MaxAgeOf(const HttpAnswer& answer) {
  const auto found = answer.headers.find("cache-control");
  if (found == answer.headers.end()) return kUsualAge;
  const std::string text = AsciiLower(found->second);
  constexpr std::string_view kName = "max-age=";
  const std::size_t at = text.find(kName);
  // Not s-maxage, which ends in the same letters no more than this one begins.
  if (at == std::string::npos) return kUsualAge;
  long age = 0;  // NOLINT(google-runtime-int)
  const auto [end, error] = std::from_chars(text.data() + at + kName.size(),
                                            text.data() + text.size(), age);
  if (error != std::errc()) return kUsualAge;
  return std::clamp(seconds(age), kLeastAge, kMostAge);
}

}  // namespace prewarm::google
