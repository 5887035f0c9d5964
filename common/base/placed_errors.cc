#include "common/base/placed_errors.h"

#include <algorithm>
#include <tuple>

namespace prewarm {

void PlacedErrors::Add(Place place, const std::string& field,
                       const std::string& what) {
  std::string text = name_;
  if (place.line > 0) {
    text.append(":").append(std::to_string(place.line));
    text.append(":").append(std::to_string(place.column));
  } else {
    text += ':';
  }
  text += ' ';
  if (!field.empty()) text.append(field).append(": ");
  errors_.push_back({place, text + what});
}

std::string PlacedErrors::ToString() const {
  std::vector<PlacedError> sorted = errors_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const PlacedError& a, const PlacedError& b) {
                     return std::tie(a.place.line, a.place.column) <
                            std::tie(b.place.line, b.place.column);
                   });
  std::string lines;
  for (const PlacedError& error : sorted) {
    if (!lines.empty()) lines += '\n';
    lines += error.text;
  }
  return lines;
}

}  // namespace prewarm
