#include "inference-server/api/page_headers.h"

#include <nlohmann/json.hpp>

namespace prewarm {

std::string_view OriginOfUrl(std::string_view url) {
  const std::size_t host = url.find("://");
  if (host == std::string_view::npos) return {};
  return url.substr(0, url.find('/', host + 3));
}

std::string ShopJson(const std::string& controller, const std::string& target) {
  nlohmann::ordered_json json = {{"controller", nullptr}, {"target", nullptr}};
  if (!controller.empty()) {
    json["controller"] = controller;
    json["target"] = target;
  }
  return json.dump() + "\n";
}

}  // namespace prewarm
