#include "inference-server/api/accept.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string>

namespace prewarm {
namespace {

// What comes before `separator`, which is dropped with it; no blanks around.
std::string_view Take(std::string_view* rest, char separator) {
  const std::size_t end = std::min(rest->find(separator), rest->size());
  std::string_view part = rest->substr(0, end);
  rest->remove_prefix(std::min(end + 1, rest->size()));
  const std::size_t first = part.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return part.substr(first, part.find_last_not_of(" \t") - first + 1);
}

// 0 none, 1 for */*, 2 for image/*, 3 for the type itself.
int Covers(std::string_view range, std::string_view type) {
  if (range == type) return 3;
  if (range == "*/*") return 1;
  const std::size_t slash = type.find('/');
  return range.size() == slash + 2 && range.back() == '*' &&
                 range.substr(0, slash + 1) == type.substr(0, slash + 1)
             ? 2
             : 0;
}

// Of "q=0.5"; what is no weight is not heeded.
void ReadWeight(std::string_view parameter, double* weight) {
  if (parameter.substr(0, 2) != "q=") return;
  double value = 0;
  const char* const end = parameter.data() + parameter.size();
  const auto [rest, error] = std::from_chars(parameter.data() + 2, end, value);
  if (error == std::errc() && rest == end && value >= 0 && value <= 1) {
    *weight = value;
  }
}

}  // namespace

double AcceptWeight(std::string_view accept, std::string_view type) {
  if (accept.empty()) return 1;
  std::string lower(accept);
  std::transform(
      lower.begin(), lower.end(), lower.begin(),
      [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  double weight = 0;
  int best = 0;
  for (std::string_view rest = lower; !rest.empty();) {
    std::string_view item = Take(&rest, ',');
    const int covers = Covers(Take(&item, ';'), type);
    if (covers <= best) continue;
    best = covers;
    weight = 1;
    while (!item.empty()) ReadWeight(Take(&item, ';'), &weight);
  }
  return weight;
}

bool PrefersJson(std::string_view accept, std::string_view image_type) {
  return AcceptWeight(accept, "application/json") >
         AcceptWeight(accept, image_type);
}

}  // namespace prewarm
