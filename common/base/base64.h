// Base64 of RFC 4648, section 4, padded.
#pragma once

#include <string>
#include <string_view>

namespace prewarm {

std::string Base64(std::string_view bytes);

}  // namespace prewarm
