#include "warmup-controller/http_client/call_url.h"

#include <cpprest/base_uri.h>

#include "common/base/utf8.h"

namespace prewarm {
namespace {

constexpr int kMaxPort = 65535;

Error WrongUrl(const std::string& url, const std::string& what) {
  return MakeError(ErrorCode::kInvalidArgument,
                   "URL " + Quoted(url) + " " + what, "url");
}

}  // namespace

Result<CallUrl> ParseCallUrl(const std::string& url) {
  web::uri uri;
  try {
    uri = web::uri(url);
  } catch (const web::uri_exception&) {
    return WrongUrl(url, "is none; expected http://HOST[:PORT]/PATH");
  }
  if (uri.scheme() != "http" && uri.scheme() != "https") {
    return WrongUrl(url, "is of another scheme; expected http or https");
  }
  if (uri.host().empty()) return WrongUrl(url, "has no host");
  if (!uri.user_info().empty()) {
    return WrongUrl(url, "holds a user; credentials go into headers");
  }
  if (!uri.fragment().empty()) {
    return WrongUrl(url, "has a fragment; leave it out");
  }
  // An absent port is 0 (of the library), -1 one that is no number.
  if (uri.port() < 0 || uri.port() > kMaxPort) {
    return WrongUrl(url, "has a port that is none");
  }
  CallUrl parsed;
  parsed.base = uri.authority().to_string();
  parsed.path = uri.resource().to_string();
  if (parsed.path.empty() || parsed.path.front() != '/') {
    parsed.path.insert(0, "/");
  }
  return parsed;
}

}  // namespace prewarm
