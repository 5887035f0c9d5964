// Letters of ASCII, whatever the locale: names of headers and the like; and
// digits.
#pragma once

#include <string>
#include <string_view>

namespace prewarm {

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }

inline std::string AsciiLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace prewarm
