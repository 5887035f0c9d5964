// Text as a part of a URL, or of a form.
#pragma once

#include <string>

namespace prewarm {

// Of RFC 3986 all but unreserved characters are encoded.
std::string PercentEncoded(const std::string& text);

}  // namespace prewarm
