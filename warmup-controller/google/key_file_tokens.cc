#include "warmup-controller/google/key_file_tokens.h"

#include <utility>

#include "common/base/json_text.h"
#include "warmup-controller/http_client/answer_text.h"
#include "warmup-controller/http_client/percent.h"

namespace prewarm::google {
namespace {

constexpr std::chrono::seconds kExchangeTimeout{20};
constexpr std::size_t kMostExchangeBytes = 64 << 10;
constexpr char kGrant[] = "urn:ietf:params:oauth:grant-type:jwt-bearer";

// What RFC 6749, 5.2 says, and what it is mostly.
std::string WhyOf(const HttpAnswer& answer) {
  std::string why = "HTTP " + std::to_string(answer.status);
  const auto json = ReadJson(answer.body);
  if (!json.ok()) return why;
  const std::string error = TextAt(*json, {"error"});
  const std::string text = TextAt(*json, {"error_description"});
  if (!error.empty()) why += " " + OneLine(error);
  if (!text.empty()) why += ": " + OneLine(text);
  if (error == "invalid_grant") {
    why +=
        " (the key was deleted or its account disabled, or this machine's "
        "clock is wrong)";
  }
  return why;
}

}  // namespace

void KeyFileTokens::Fetch(const Audience& audience, Done done) {
  const auto now = [clock = clock_] {
    return std::chrono::duration_cast<std::chrono::seconds>(
               clock->WallNow().time_since_epoch())
        .count();
  };
  const auto assertion = AssertionOf(key_, audience, now());
  if (!assertion.ok()) {
    done(assertion.error());
    return;
  }
  HttpCall call;
  call.method = "POST";
  call.url = key_.token_url;
  call.headers["Content-Type"] = "application/x-www-form-urlencoded";
  call.headers["Accept"] = "application/json";
  call.body = "grant_type=" + PercentEncoded(kGrant) +
              "&assertion=" + PercentEncoded(*assertion);
  call.timeout = kExchangeTimeout;
  call.most_bytes = kMostExchangeBytes;
  client_->Send(std::move(call), [now, audience, email = key_.email,
                                  url = key_.token_url, done = std::move(done)](
                                     const Result<HttpAnswer>& answer) {
    const auto fail = [&](ErrorCode code, const std::string& what) {
      done(MakeError(code,
                     "no token for " + email + " from " + url + ": " + what));
    };
    if (!answer.ok()) {
      fail(ErrorCode::kUnavailable, answer.error().message);
      return;
    }
    if (answer->status != 200) {
      const bool later = answer->status == 429 || answer->status >= 500;
      fail(later ? ErrorCode::kUnavailable : ErrorCode::kUnauthorized,
           WhyOf(*answer));
      return;
    }
    if (audience.empty()) {
      auto token = ReadAccessToken(answer->body);
      token.ok() ? done(std::move(token))
                 : fail(ErrorCode::kUnavailable, token.error().message);
      return;
    }
    const auto json = ReadJson(answer->body);
    auto token =
        ReadIdToken(json.ok() ? TextAt(*json, {"id_token"}) : "", now());
    token.ok() ? done(std::move(token))
               : fail(ErrorCode::kUnavailable, token.error().message);
  });
}

}  // namespace prewarm::google
