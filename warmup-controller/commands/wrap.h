// Text for a terminal.
#pragma once

#include <cstddef>
#include <string>

namespace prewarm {

constexpr std::size_t kTerminalColumns = 80;

// Each line of `text`, broken at spaces to fit the terminal; what goes on is
// indented. A word that is longer stays whole: a path can still be copied.
std::string Wrapped(const std::string& text);

}  // namespace prewarm
