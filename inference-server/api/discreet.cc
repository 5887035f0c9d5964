#include "inference-server/api/discreet.h"

#include <utility>

namespace prewarm {
namespace {

constexpr std::string_view kEnds = " \t\n\"'`,;:()[]{}<>=";

bool Ends(char c) { return kEnds.find(c) != std::string_view::npos; }

// The last part of a path; "" where it has but one, as `/warmup`.
std::string_view LastPart(std::string_view path) {
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? std::string_view()
                                                       : path.substr(slash + 1);
}

}  // namespace

std::string WithoutFolders(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = at;
    while (end < text.size() && !Ends(text[end])) ++end;
    const std::string_view word = text.substr(at, end - at);
    // "//host/path" is what follows a URL's scheme: no file of this machine.
    const bool path =
        !word.empty() && word[0] == '/' && word.substr(0, 2) != "//";
    const std::string_view last = path ? LastPart(word) : std::string_view();
    if (last.empty()) {
      out.append(word);
    } else {
      out.append(".../").append(last);
    }
    if (end < text.size()) out.push_back(text[end]);
    at = end + 1;
  }
  return out;
}

WarmStatus Discreet(WarmStatus status) {
  status.reason = WithoutFolders(status.reason);
  return status;
}

WarmStatus StatusFor(const ApiContext& context, const http::Request& request) {
  WarmStatus status = context.warm_up->status();
  return AuthorizeAdminRequest(context, request).ok()
             ? status
             : Discreet(std::move(status));
}

}  // namespace prewarm
