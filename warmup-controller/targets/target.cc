#include "warmup-controller/targets/target.h"

#include <algorithm>

namespace prewarm {

FloorWrite FloorWriteOf(const std::string& number, int before, int after,
                        bool released) {
  return {
      released         ? "FloorRestored"
      : after > before ? "FloorRaised"
                       : "FloorLowered",
      number + ": " + std::to_string(before) + " -> " + std::to_string(after)};
}

std::string UrlOf(const InstanceSeen& instance, const std::string& port) {
  const auto named = instance.urls.find(port);
  if (named != instance.urls.end()) return named->second;
  const auto unnamed = instance.urls.find("");
  std::string url = unnamed == instance.urls.end() ? "" : unnamed->second;
  const bool is_number =
      !port.empty() && std::all_of(port.begin(), port.end(),
                                   [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number || url.empty()) return url;
  const std::size_t host = url.find("//") + 2;
  const std::size_t path = std::min(url.find('/', host), url.size());
  std::size_t colon = url.rfind(':', path);
  // A colon within brackets is part of an IPv6 address.
  const std::size_t bracket = url.find(']', host);
  if (colon < host || (bracket < path && colon < bracket)) colon = path;
  return url.substr(0, colon) + ":" + port + url.substr(path);
}

}  // namespace prewarm
