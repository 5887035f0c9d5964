#include "common/base/json_reader.h"

#include <cmath>
#include <limits>

#include "common/base/json_text.h"
#include "common/base/utf8.h"

namespace prewarm {

using Json = nlohmann::json;

std::int64_t JsonReader::Whole(const Json& json, const char* name,
                               std::int64_t low, std::int64_t high) {
  return WholeOf(At(json, {name}), name, low, high);
}

std::int64_t JsonReader::WholeOf(const Json& value, const char* name,
                                 std::int64_t low, std::int64_t high) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  // Unsigned ones above the greatest signed one would come out negative.
  const bool fits =
      value.is_number_integer() &&
      !(value.is_number_unsigned() &&
        value.get<std::uint64_t>() > static_cast<std::uint64_t>(kMost));
  const std::int64_t number = fits ? value.get<std::int64_t>() : 0;
  if (fits && number >= low && number <= high) return number;
  Wrong(name, value);
  return low;
}

double JsonReader::Number(const Json& json, const char* name, double high) {
  return NumberOf(At(json, {name}), name, high);
}

double JsonReader::NumberOf(const Json& value, const char* name, double high) {
  const double number = value.is_number() ? value.get<double>() : -1;
  if (std::isfinite(number) && number >= 0 && number <= high) return number;
  Wrong(name, value);
  return 0;
}

bool JsonReader::Flag(const Json& json, const char* name) {
  const auto& value = At(json, {name});
  if (value.is_boolean()) return value.get<bool>();
  Wrong(name, value);
  return false;
}

std::string JsonReader::Text(const Json& json, const char* name,
                             std::size_t most_bytes) {
  const auto& value = At(json, {name});
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() <= most_bytes) return text;
  }
  Wrong(name, value);
  return "";
}

const Json& JsonReader::Object(const Json& json, const char* name) {
  static const Json kEmpty = Json::object();
  const auto& value = At(json, {name});
  if (value.is_null()) return kEmpty;
  if (value.is_object() && value.size() <= kMostMembers) return value;
  Wrong(name, value);
  return kEmpty;
}

const Json& JsonReader::List(const Json& json, const char* name,
                             std::size_t most) {
  static const Json kEmpty = Json::array();
  const auto& value = At(json, {name});
  if (value.is_null()) return kEmpty;
  if (value.is_array() && value.size() <= most) return value;
  Wrong(name, value);
  return kEmpty;
}

void JsonReader::Wrong(const char* name, const Json& value) {
  if (!wrong_.empty()) return;
  wrong_ = std::string(name) + " is " +
           Excerpt(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace prewarm
