#include "warmup-controller/floor/floor_mark.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace prewarm {
namespace {

using nlohmann::ordered_json;

constexpr int kMost = 1'000'000;
constexpr std::size_t kMostPolicies = 100;
// Of all annotations of an object: a longer one is nobody's.
constexpr std::size_t kMostBytes = 256 << 10;

bool ReadNumber(const ordered_json& json, const char* name, int* number) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_number_integer()) return false;
  const auto value = found->get<std::int64_t>();
  if (value < 0 || value > kMost) return false;
  *number = static_cast<int>(value);
  return true;
}

}  // namespace

std::vector<std::string> NamesInMark(const std::vector<std::string>& policies) {
  const std::size_t count = std::min(policies.size(), kMostPolicies);
  return {policies.begin(), policies.begin() + static_cast<long>(count)};
}

std::string MarkText(const FloorMark& mark) {
  const ordered_json json = {{"baseline", mark.baseline},
                             {"floor", mark.floor},
                             {"wanted", mark.wanted},
                             {"reraised", mark.reraised},
                             {"policies", mark.policies}};
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

Result<FloorMark> ReadMark(std::string_view text) {
  const Error wrong =
      MakeError(ErrorCode::kCorrupt,
                std::string(kFloorAnnotation) +
                    " is not what this controller writes; remove it once the "
                    "number beside it is as it should be",
                kFloorAnnotation);
  if (text.size() > kMostBytes) return wrong;
  const auto json = ordered_json::parse(text, nullptr, false);
  FloorMark mark;
  if (!json.is_object() || !ReadNumber(json, "baseline", &mark.baseline) ||
      !ReadNumber(json, "floor", &mark.floor) ||
      !ReadNumber(json, "wanted", &mark.wanted)) {
    return wrong;
  }
  const auto reraised = json.find("reraised");
  if (reraised != json.end()) {
    if (!reraised->is_boolean()) return wrong;
    mark.reraised = reraised->get<bool>();
  }
  const auto policies = json.find("policies");
  if (policies == json.end()) return mark;
  if (!policies->is_array()) return wrong;
  for (const ordered_json& one : *policies) {
    if (!one.is_string()) return wrong;
    mark.policies.push_back(one.get<std::string>());
  }
  return mark;
}

}  // namespace prewarm
