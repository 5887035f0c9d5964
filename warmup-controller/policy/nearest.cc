#include "warmup-controller/policy/nearest.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace prewarm {
namespace {

// Longer ones are no typing mistakes, and the distance costs their square.
constexpr std::size_t kLongest = 64;

char Lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

// Levenshtein's, of letters in any case.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t k = 0; k < b.size(); ++k) {
      const std::size_t replaced =
          diagonal + (Lower(a[i]) == Lower(b[k]) ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({replaced, row[k] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string Suggestion(std::string_view text,
                       const std::vector<std::string>& known) {
  const std::string* nearest = nullptr;
  std::size_t least = text.size() / 3 + 1;
  if (text.size() <= kLongest) {
    for (const std::string& each : known) {
      const std::size_t distance = Distance(text, each);
      if (distance < each.size() && distance <= least &&
          (nearest == nullptr || distance < least)) {
        nearest = &each;
        least = distance;
      }
    }
  }
  if (nearest != nullptr) return "did you mean " + *nearest + "?";
  std::string list = known.size() == 1 ? "expected " : "expected one of ";
  for (const std::string& each : known) {
    if (&each != &known.front()) list += ", ";
    list += each;
  }
  return list;
}

}  // namespace prewarm
