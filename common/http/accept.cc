#include "common/http/accept.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace prewarm::http {
namespace {

// `q=0` and `q=0.000` refuse.
bool IsRefused(std::string_view parameters) {
  const std::size_t weight = parameters.find(";q=0");
  return weight != std::string_view::npos &&
         parameters.find_first_not_of("0.", weight + 3) ==
             std::string_view::npos;
}

}  // namespace

bool WantsEvents(std::string_view accept) {
  std::string text(accept);
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view range = rest.substr(0, rest.find(','));
    const std::string_view type = range.substr(0, range.find(';'));
    if (type == "text/event-stream" && !IsRefused(range)) return true;
    rest.remove_prefix(std::min(range.size() + 1, rest.size()));
  }
  return false;
}

}  // namespace prewarm::http
