// Cross-origin resource sharing (WHATWG Fetch, section 3.2) by an allow-list
// of exact origins. It tells browsers what scripts may read; it protects
// nothing by itself. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/http/http.h"

namespace prewarm::http {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// RFC 6454, section 6.2: scheme, host, port, nothing behind; "*" is any. The
// error names `option`.
Status CheckOrigin(const std::string& option, const std::string& origin);

// Headers for the reply to a request from `origin` ("" if none was sent).
HeaderList CorsHeaders(const std::vector<std::string>& allowed,
                       std::string_view origin);

// The reply to a preflight for a path with these methods.
Response Preflight(const std::vector<std::string>& allowed,
                   std::string_view origin,
                   const std::vector<std::string>& methods);

}  // namespace prewarm::http
