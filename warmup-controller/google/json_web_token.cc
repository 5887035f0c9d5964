#include "warmup-controller/google/json_web_token.h"

#include <cmath>

#include "common/base/base64.h"

namespace prewarm::google {
namespace {

// 9999-12-31, the end of what times are written as.
constexpr double kLastSecond = 253402300799.0;

Error NoToken(const char* what) {
  return MakeError(
      ErrorCode::kUnauthorized,
      std::string("the token is no signed JSON Web Token: ") + what);
}

}  // namespace

Result<JsonWebToken> ParseJsonWebToken(std::string_view text) {
  if (text.size() > kMaxTokenBytes) return NoToken("more than 16 KiB");
  const std::size_t first = text.find('.');
  const std::size_t second =
      first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos ||
      text.find('.', second + 1) != std::string_view::npos) {
    return NoToken("expected three parts between dots");
  }
  const auto header_text = FromBase64Url(text.substr(0, first));
  const auto claims_text =
      FromBase64Url(text.substr(first + 1, second - first - 1));
  auto signature = FromBase64Url(text.substr(second + 1));
  if (!header_text || !claims_text || !signature || signature->empty()) {
    return NoToken("a part is no base64url");
  }
  const auto header = ReadJson(*header_text);
  auto claims = ReadJson(*claims_text);
  if (!header.ok() || !header->is_object() || !claims.ok() ||
      !claims->is_object()) {
    return NoToken("a part is no JSON object");
  }
  if (header->contains("crit")) return NoToken("`crit` is not supported");
  JsonWebToken token;
  token.algorithm = TextAt(*header, {"alg"});
  token.key_id = TextAt(*header, {"kid"});
  token.claims = std::move(claims).value();
  token.signed_text = std::string(text.substr(0, second));
  token.signature = std::move(*signature);
  return token;
}

std::optional<std::int64_t> SecondsAt(const Json& claims, const char* name) {
  const Json& value = At(claims, {name});
  if (!value.is_number()) return std::nullopt;
  const double seconds = value.get<double>();
  if (!std::isfinite(seconds) || seconds < 0 || seconds > kLastSecond) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(seconds);
}

std::string TextToSign(const Json& header, const Json& claims) {
  return Base64Url(WriteJson(header)) + "." + Base64Url(WriteJson(claims));
}

}  // namespace prewarm::google
