#include "warmup-controller/commands/local_options.h"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <system_error>
#include <utility>

#include "common/base/utf8.h"
#include "common/http/cors.h"
#include "warmup-controller/commands/text_file.h"
#include "warmup-controller/policy/base_url.h"

namespace prewarm {
namespace {

constexpr int kMaxPort = 65535;
constexpr std::size_t kMaxSecretBytes = 4096;
constexpr std::size_t kMinSecretBytes = 16;

}  // namespace

Result<ListenAddress> ParseListen(const std::string& option,
                                  const std::string& text) {
  const auto wrong = [&] {
    return MakeError(ErrorCode::kInvalidArgument,
                     option + "=" + Quoted(text) +
                         ": expected a host and a port, as 127.0.0.1:8090 or "
                         "[::1]:8090",
                     option);
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return wrong();
  ListenAddress address;
  address.host = text.substr(0, colon);
  // An IPv6 address without brackets has no clear end.
  const bool bracketed =
      address.host.front() == '[' && address.host.back() == ']';
  if (address.host.find(':') != std::string::npos && !bracketed) return wrong();
  const char* const end = text.data() + text.size();
  const auto [rest, error] =
      std::from_chars(text.data() + colon + 1, end, address.port);
  if (error != std::errc() || rest != end || address.port < 0 ||
      address.port > kMaxPort) {
    return wrong();
  }
  return address;
}

Result<std::string> ReadSecret(const std::string& option,
                               const std::string& path) {
  const auto wrong = [&](const std::string& what) {
    return MakeError(ErrorCode::kInvalidArgument,
                     option + "=" + Quoted(path) + ": " + what, option);
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return wrong("is a folder; expected a file with the secret");
  }
  const auto text = ReadTextFile(path, kMaxSecretBytes);
  if (!text.ok()) return wrong(text.error().message);
  const std::string line = text->substr(0, text->find('\n'));
  constexpr char kBlank[] = " \t\r";
  const std::size_t first = line.find_first_not_of(kBlank);
  if (text->size() > kMaxSecretBytes || first == std::string::npos) {
    return wrong("expected one line with the secret, at most 4096 bytes");
  }
  const std::string secret =
      line.substr(first, line.find_last_not_of(kBlank) - first + 1);
  if (secret.size() < kMinSecretBytes) {
    return wrong("the secret has " + std::to_string(secret.size()) +
                 " bytes, expected 16 at least; `openssl rand -hex 32` makes "
                 "one");
  }
  return secret;
}

Result<LocalSettings> ReadOptions(const LocalOptions& options) {
  LocalSettings settings;
  std::string errors;
  const auto refuse = [&errors](const std::string& what) {
    if (!errors.empty()) errors += '\n';
    errors += what;
  };
  const auto take = [&](auto read, auto* place) {
    if (read.ok()) {
      *place = std::move(read).value();
    } else {
      refuse(read.error().message);
    }
  };
  take(ParseListen("--listen", options.listen), &settings.listen);
  if (!options.public_listen.empty()) {
    take(ParseListen("--public", options.public_listen),
         &settings.public_listen);
    if (options.public_listen == options.listen && settings.listen.port != 0) {
      refuse("--public=" + Quoted(options.public_listen) +
             ": is --listen as well, which is not for everybody; expected "
             "another port");
    }
  }
  for (const std::string& origin : options.cors_origins) {
    const Status checked = http::CheckOrigin("cors-origin", origin);
    if (!checked.ok()) refuse(checked.error().message);
  }
  for (const std::string& proxy : options.trusted_proxies) {
    const auto cidr = ParseCidr(proxy);
    if (cidr.ok()) {
      settings.trusted_proxies.push_back(*cidr);
    } else {
      refuse("--trusted-proxy: " + cidr.error().message);
    }
  }
  // No range of a number's option is one of NaN.
  if (options.price && !std::isfinite(*options.price)) {
    refuse("--price: expected a number, as 0.526");
  }
  if (!options.forward_intents.empty()) {
    const Status checked = CheckBaseUrl(options.forward_intents);
    if (!checked.ok()) refuse("--forward-intents: " + checked.error().message);
  }
  if (!options.intent_secret_file.empty()) {
    take(ReadSecret("--intent-secret-file", options.intent_secret_file),
         &settings.intent_secret);
  }
  if (!options.admin_token_file.empty()) {
    take(ReadSecret("--admin-token-file", options.admin_token_file),
         &settings.admin_token);
  }
  if (errors.empty()) return settings;
  return MakeError(ErrorCode::kInvalidArgument, errors, "options");
}

}  // namespace prewarm
