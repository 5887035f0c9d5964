// Base64 of RFC 4648, section 4, padded.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace prewarm {

std::string Base64(std::string_view bytes);
// What was so encoded; line feeds in between are passed over. Nothing for what
// is no Base64.
std::optional<std::string> FromBase64(std::string_view text);

}  // namespace prewarm
