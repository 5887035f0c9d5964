#include "inference-server/download/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <memory>

namespace prewarm::download {
namespace {

using Handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string Part(CURLU* handle, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(handle, part, &text, 0) != CURLUE_OK) return "";
  std::string copy = text;
  curl_free(text);
  return copy;
}

// The text of a URL without the secrets it may carry, whatever it is.
std::string Harmless(const std::string& text) {
  const std::size_t end = text.find_first_of("?#");
  std::string head = text.substr(0, end);
  const std::size_t user = head.rfind('@');
  const std::size_t scheme = head.find("://");
  if (user == std::string::npos || scheme == std::string::npos) return head;
  return head.substr(0, scheme + 3) + head.substr(user + 1);
}

Error NoUrl(const std::string& text, const std::string& why) {
  return MakeError(ErrorCode::kInvalidArgument,
                   "\"" + Harmless(text) + "\" is no URL we can read (" + why +
                       "); give https://HOST/PATH",
                   "url");
}

Result<Url> Take(CURLU* handle) {
  Url url;
  url.text = Part(handle, CURLUPART_URL);
  url.scheme = Part(handle, CURLUPART_SCHEME);
  url.host = Part(handle, CURLUPART_HOST);
  if (url.scheme != "https" && url.scheme != "http") {
    return MakeError(ErrorCode::kUnsupported,
                     "the scheme of " + Harmless(url.text) +
                         " is not read; give an https:// or http:// URL, or "
                         "a file's path",
                     "url");
  }
  const std::string path = Part(handle, CURLUPART_PATH);
  url.file_name = path.substr(path.rfind('/') + 1);
  for (const CURLUPart part :
       {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY,
        CURLUPART_FRAGMENT}) {
    curl_url_set(handle, part, nullptr, 0);
  }
  url.shown = Part(handle, CURLUPART_URL);
  return url;
}

}  // namespace

bool LooksLikeUrl(const std::string& text) {
  const std::size_t end = text.find("://");
  return end != std::string::npos && end > 0 &&
         std::all_of(text.begin(), text.begin() + static_cast<long>(end),
                     [](unsigned char c) {
                       return std::isalnum(c) != 0 || c == '+' || c == '-' ||
                              c == '.';
                     });
}

Result<Url> ParseUrl(const std::string& text) {
  const Handle handle(curl_url(), curl_url_cleanup);
  const CURLUcode code = curl_url_set(handle.get(), CURLUPART_URL, text.c_str(),
                                      CURLU_NON_SUPPORT_SCHEME);
  if (code != CURLUE_OK) return NoUrl(text, curl_url_strerror(code));
  return Take(handle.get());
}

Result<Url> ResolveUrl(const Url& base, const std::string& location) {
  const Handle handle(curl_url(), curl_url_cleanup);
  CURLUcode code =
      curl_url_set(handle.get(), CURLUPART_URL, base.text.c_str(), 0);
  if (code == CURLUE_OK) {
    code = curl_url_set(handle.get(), CURLUPART_URL, location.c_str(),
                        CURLU_NON_SUPPORT_SCHEME);
  }
  if (code != CURLUE_OK) return NoUrl(location, curl_url_strerror(code));
  return Take(handle.get());
}

}  // namespace prewarm::download
