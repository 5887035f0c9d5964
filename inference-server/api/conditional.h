// Conditional requests (RFC 9110, section 13). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace prewarm {

// Whether If-None-Match names `etag` (with its quotes), by weak comparison:
// then the answer is 304.
bool IfNoneMatchNames(std::string_view if_none_match, std::string_view etag);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string HttpDateOf(std::int64_t unix_seconds);

}  // namespace prewarm
