// Values of JSON that came from elsewhere. Nothing here throws.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace prewarm {

inline const nlohmann::json& Member(const nlohmann::json& json,
                                    const char* name) {
  static const nlohmann::json kNone;
  if (!json.is_object()) return kNone;
  const auto found = json.find(name);
  return found == json.end() ? kNone : *found;
}

inline std::string TextOf(const nlohmann::json& json, const char* name) {
  const nlohmann::json& value = Member(json, name);
  return value.is_string() ? value.get<std::string>() : "";
}

inline bool IsTrue(const nlohmann::json& json, const char* name) {
  const nlohmann::json& value = Member(json, name);
  return value.is_boolean() && value.get<bool>();
}

// Within [low, high].
inline std::optional<double> NumberOf(const nlohmann::json& json,
                                      const char* name, double low,
                                      double high) {
  const nlohmann::json& value = Member(json, name);
  if (!value.is_number()) return std::nullopt;
  const double number = value.get<double>();
  if (!std::isfinite(number) || number < low || number > high) {
    return std::nullopt;
  }
  return number;
}

}  // namespace prewarm
