#include "inference-server/config/page_options.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "common/base/utf8.h"

namespace prewarm {
namespace {

constexpr std::size_t kMostOfUrl = 1024;
constexpr std::size_t kMostOfName = 253;  // of Kubernetes

// The URL becomes part of a Content-Security-Policy, where spaces, semicolons,
// commas and quotes would begin something else.
bool IsBaseUrl(std::string_view url) {
  const std::size_t host = url.find("://");
  if (url.size() > kMostOfUrl || host == std::string_view::npos) return false;
  const std::string_view scheme = url.substr(0, host);
  const std::string_view rest = url.substr(host + 3);
  return (scheme == "https" || scheme == "http") && !rest.empty() &&
         rest.front() != '/' &&
         std::all_of(rest.begin(), rest.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  (c >= '0' && c <= '9') ||
                  std::string_view(".-_~/:[]").find(c) !=
                      std::string_view::npos;
         });
}

// Of Kubernetes; ".." would be another path.
bool IsTargetName(std::string_view name) {
  return !name.empty() && name.size() <= kMostOfName && name.front() != '.' &&
         name.back() != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.';
         });
}

Error BadPage(const std::string& option, const std::string& value,
              const std::string& fix) {
  std::string message = "--" + option;
  message.append(": ").append(Quoted(value)).append(" ").append(fix);
  return MakeError(ErrorCode::kInvalidArgument, message, option);
}

}  // namespace

Status CheckPageOptions(ServerConfig* config) {
  std::string& url = config->page_controller;
  const std::string& target = config->page_target;
  if (url.empty() != target.empty()) {
    const bool no_url = url.empty();
    return BadPage(no_url ? "page-controller" : "page-target", "",
                   std::string("is missing; give it with ") +
                       (no_url ? "--page-target" : "--page-controller") +
                       ", or neither");
  }
  if (url.empty()) return Ok{};
  if (!IsBaseUrl(url)) {
    return BadPage("page-controller", url,
                   "is no URL of a controller; write it such as "
                   "https://warm.shop.example (no user, query or fragment)");
  }
  url.erase(url.find_last_not_of('/') + 1);
  const std::string_view whole = target;
  const std::size_t slash = whole.find('/');
  if (slash == std::string_view::npos ||
      !IsTargetName(whole.substr(0, slash)) ||
      !IsTargetName(whole.substr(slash + 1))) {
    return BadPage("page-target", target,
                   "is no target; write it as NAMESPACE/NAME, such as "
                   "shop/inference-server");
  }
  return Ok{};
}

}  // namespace prewarm
