#include "warmup-controller/commands/local_options.h"

#include <charconv>

#include "common/base/utf8.h"
#include "warmup-controller/commands/text_file.h"

namespace prewarm {
namespace {

constexpr int kMaxPort = 65535;
constexpr std::size_t kMaxSecretBytes = 4096;

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
  PREWARM_ASSIGN_OR_RETURN(const std::string text,
                           ReadTextFile(path, kMaxSecretBytes));
  const std::string line = text.substr(0, text.find('\n'));
  constexpr char kBlank[] = " \t\r";
  const std::size_t first = line.find_first_not_of(kBlank);
  if (text.size() > kMaxSecretBytes || first == std::string::npos) {
    return MakeError(ErrorCode::kInvalidArgument,
                     option + ": " + path +
                         ": expected one line with the secret, at most 4096 "
                         "bytes",
                     option);
  }
  return line.substr(first, line.find_last_not_of(kBlank) - first + 1);
}

}  // namespace prewarm
