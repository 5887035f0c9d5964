// Text and pictures inside a page. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace prewarm::quality {

// For text and quoted attributes; Printable (names.h) first.
std::string EscapeHtml(std::string_view text);

// "data:image/jpeg;base64,..."
std::string JpegUri(std::string_view bytes);

}  // namespace prewarm::quality
