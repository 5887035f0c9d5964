// Text for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace prewarm {

constexpr std::size_t kTerminalColumns = 80;

// The rows of one line, broken at spaces; a word that is longer stays whole.
std::vector<std::string> Rows(const std::string& line, std::size_t columns);

// Each line of `text`, broken at spaces to fit the terminal; what goes on is
// indented. A word that is longer stays whole: a path can still be copied.
std::string Wrapped(const std::string& text);
// Wrapped() leaves lines as they are from then on, for a stream that programs
// read line by line. Before threads.
void LeaveLinesWhole();

}  // namespace prewarm
