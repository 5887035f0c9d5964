#include "warmup-controller/commands/wrap.h"

#include <algorithm>
#include <sstream>

namespace prewarm {
namespace {

constexpr char kIndent[] = "    ";
bool lines_stay_whole = false;

// Characters of UTF-8, not bytes.
std::size_t Columns(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// The first row may have `first` columns, others `columns`.
std::vector<std::string> Broken(const std::string& line, std::size_t first,
                                std::size_t columns) {
  std::vector<std::string> rows = {""};
  bool empty = true;
  std::size_t at = 0;
  while (at <= line.size()) {
    const std::size_t space = std::min(line.find(' ', at), line.size());
    const std::string word = line.substr(at, space - at);
    at = space + 1;
    const std::size_t limit = rows.size() == 1 ? first : columns;
    if (!empty && Columns(rows.back()) + 1 + Columns(word) > limit) {
      rows.emplace_back();
      empty = true;
    }
    if (!empty) rows.back() += ' ';
    rows.back() += word;
    empty = false;
  }
  return rows;
}

}  // namespace

std::vector<std::string> Rows(const std::string& line, std::size_t columns) {
  return Broken(line, columns, columns);
}

void LeaveLinesWhole() { lines_stay_whole = true; }

std::string Wrapped(const std::string& text) {
  const std::string indent = kIndent;
  std::istringstream lines(text);
  std::string wrapped;
  for (std::string line; std::getline(lines, line);) {
    std::string before;
    for (const std::string& row :
         lines_stay_whole ? std::vector<std::string>{line}
                          : Broken(line, kTerminalColumns,
                                   kTerminalColumns - indent.size())) {
      wrapped += before + row + "\n";
      before = indent;
    }
  }
  return wrapped;
}

}  // namespace prewarm
