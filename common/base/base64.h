// Base64 of RFC 4648.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace prewarm {

// Section 4, padded.
std::string Base64(std::string_view bytes);
// What was so encoded; line feeds in between are passed over. Nothing for what
// is no Base64.
std::optional<std::string> FromBase64(std::string_view text);

// Section 5, not padded, as tokens of RFC 7515 have it.
std::string Base64Url(std::string_view bytes);
std::optional<std::string> FromBase64Url(std::string_view text);

}  // namespace prewarm
