#include "warmup-controller/google/token_source.h"

#include <algorithm>

#include "common/base/json_text.h"
#include "warmup-controller/google/json_web_token.h"

namespace prewarm::google {
namespace {

constexpr int kLongestLifetime = 24 * 3600;

Error Unusable(const std::string& what) {
  return MakeError(ErrorCode::kUnprocessable, what);
}

// As a header may hold it.
bool IsTokenText(const std::string& text) {
  return !text.empty() && text.size() <= kMaxTokenBytes &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

Result<Token> ReadIdToken(const std::string& text, std::int64_t now_unix) {
  const auto parsed = ParseJsonWebToken(text);
  if (!parsed.ok()) return Unusable(parsed.error().message);
  const auto expires = SecondsAt(parsed->claims, "exp");
  if (!expires || *expires <= now_unix) {
    return Unusable("the ID token is over, or does not say when it will be");
  }
  const auto lifetime =
      std::min<std::int64_t>(*expires - now_unix, kLongestLifetime);
  return Token{text, std::chrono::seconds(lifetime)};
}

Result<Token> ReadAccessToken(const std::string& json) {
  const auto answer = ReadJson(json);
  if (!answer.ok()) return Unusable(answer.error().message);
  const std::string text = TextAt(*answer, {"access_token"});
  const int lifetime = IntAt(*answer, {"expires_in"}, 0);
  if (!IsTokenText(text) || lifetime <= 0) {
    return Unusable("expected access_token and expires_in");
  }
  return Token{text,
               std::chrono::seconds(std::min(lifetime, kLongestLifetime))};
}

}  // namespace prewarm::google
