#include "warmup-controller/policy/base_url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

#include "common/base/utf8.h"
#include "warmup-controller/policy/limits.h"

namespace prewarm {
namespace {

bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9');
}

bool IsPort(std::string_view text) {
  if (text.empty() || text.size() > 5) return false;
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + (c - '0');
  }
  return number > 0 && number <= kLastPort;
}

bool IsIpv6(std::string_view text) {
  in6_addr address{};
  return inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

bool IsName(std::string_view text) {
  return !text.empty() && text.front() != '-' && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return IsLetterOrDigit(c) || c == '.' || c == '-' || c == '_';
         });
}

// HOST, HOST:PORT, [IPV6] or [IPV6]:PORT.
bool IsAuthority(std::string_view text) {
  const bool brackets = !text.empty() && text.front() == '[';
  const std::size_t end = brackets ? text.find(']') : text.find(':');
  if (brackets && end == std::string_view::npos) return false;
  const std::string_view host =
      brackets ? text.substr(1, end - 1) : text.substr(0, end);
  if (!(brackets ? IsIpv6(host) : IsName(host))) return false;
  const std::size_t after = brackets ? end + 1 : end;
  if (after == std::string_view::npos || after == text.size()) return true;
  return text[after] == ':' && IsPort(text.substr(after + 1));
}

Error Got(std::string_view url, const std::string& what) {
  return MakeError(ErrorCode::kInvalidArgument, "got " + Quoted(url) + what);
}

}  // namespace

Status CheckBaseUrl(std::string_view url) {
  const auto starts = [url](std::string_view with) {
    return url.substr(0, with.size()) == with;
  };
  constexpr std::string_view kHttp = "http://";
  constexpr std::string_view kHttps = "https://";
  const std::size_t scheme = starts(kHttp)    ? kHttp.size()
                             : starts(kHttps) ? kHttps.size()
                                              : 0;
  const std::size_t slash = std::min(url.find('/', scheme), url.size());
  for (const auto& [sign, name] :
       {std::pair('@', "a user"), std::pair('?', "a query"),
        std::pair('#', "a fragment")}) {
    if (scheme > 0 && url.find(sign) != std::string_view::npos) {
      return Got(url, std::string(", expected a URL without ") + name);
    }
  }
  const bool printable = std::all_of(url.begin(), url.end(), [](char c) {
    return c > ' ' && c <= '~' && c != '\\' && c != '"';
  });
  if (scheme == 0 || !printable || url.size() > kMaxUrlBytes ||
      !IsAuthority(url.substr(scheme, slash - scheme))) {
    return Got(url,
               ", expected http://HOST[:PORT] or https://HOST[:PORT], perhaps "
               "with a path");
  }
  if (url.back() == '/') return Got(url, ", expected no / at its end");
  return Ok{};
}

}  // namespace prewarm
