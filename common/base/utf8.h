// What may come in as text.
#pragma once

#include <string>
#include <string_view>

namespace prewarm {

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF; of the
// control characters only line feed, carriage return and tab.
bool IsUtf8Text(std::string_view text);

// `text` as an error may repeat it: of one line, without control characters,
// cut after some 60 bytes. Expects UTF-8.
std::string Excerpt(std::string_view text);
// The same between double quotes.
std::string Quoted(std::string_view text);

}  // namespace prewarm
