#include "warmup-controller/commands/wrap.h"

#include <algorithm>
#include <sstream>

namespace prewarm {
namespace {

constexpr char kIndent[] = "    ";

// Characters of UTF-8, not bytes.
std::size_t Columns(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string WrappedLine(const std::string& line) {
  std::string done;
  std::string row;
  bool empty = true;  // the row holds its indent at most
  std::size_t at = 0;
  while (at <= line.size()) {
    const std::size_t space = std::min(line.find(' ', at), line.size());
    const std::string word = line.substr(at, space - at);
    at = space + 1;
    if (!empty && Columns(row) + 1 + Columns(word) > kTerminalColumns) {
      done += row + "\n";
      row = kIndent;
      empty = true;
    }
    if (!empty) row += ' ';
    row += word;
    empty = false;
  }
  return done + row;
}

}  // namespace

std::string Wrapped(const std::string& text) {
  std::istringstream lines(text);
  std::string wrapped;
  for (std::string line; std::getline(lines, line);) {
    wrapped += WrappedLine(line) + "\n";
  }
  return wrapped;
}

}  // namespace prewarm
