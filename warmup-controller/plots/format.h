// printf into a string, for the reports' numbers.
#pragma once

#include <algorithm>
#include <cstdio>
#include <string>

namespace prewarm {

// At most 511 characters: what is longer is cut.
template <typename... Values>
std::string Format(const char* format, Values... values) {
  char text[512];
  const int size = std::snprintf(text, sizeof text, format, values...);
  return {text, std::min(sizeof text - 1, static_cast<std::size_t>(size))};
}

}  // namespace prewarm
