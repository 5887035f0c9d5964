#include "common/base/json_text.h"

#include <limits>

#include "common/base/utf8.h"

namespace prewarm {
namespace {

constexpr int kMaxDepth = 100;

bool IsTooDeep(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

Result<nlohmann::json> ReadJson(std::string_view text) {
  if (IsTooDeep(text)) {
    return MakeError(ErrorCode::kUnprocessable, "JSON is nested too deeply");
  }
  nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) {
    const std::string shown = IsUtf8Text(text.substr(0, 60))
                                  ? Quoted(text)
                                  : std::to_string(text.size()) + " bytes";
    return MakeError(ErrorCode::kUnprocessable, "no JSON: " + shown);
  }
  return json;
}

std::string WriteJson(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

const nlohmann::json& At(const nlohmann::json& json,
                         std::initializer_list<const char*> path) {
  static const nlohmann::json kNone;
  const nlohmann::json* at = &json;
  for (const char* name : path) {
    if (!at->is_object()) return kNone;
    const auto found = at->find(name);
    if (found == at->end()) return kNone;
    at = &*found;
  }
  return *at;
}

std::string TextAt(const nlohmann::json& json,
                   std::initializer_list<const char*> path) {
  const nlohmann::json& value = At(json, path);
  return value.is_string() ? value.get<std::string>() : "";
}

bool IsTrueAt(const nlohmann::json& json,
              std::initializer_list<const char*> path) {
  const nlohmann::json& value = At(json, path);
  return value.is_boolean() && value.get<bool>();
}

int IntAt(const nlohmann::json& json, std::initializer_list<const char*> path,
          int other) {
  const nlohmann::json& value = At(json, path);
  if (!value.is_number_integer()) return other;
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() >
          static_cast<std::uint64_t>(std::numeric_limits<int>::max())) {
    return other;
  }
  const auto number = value.get<std::int64_t>();
  if (number < std::numeric_limits<int>::min() ||
      number > std::numeric_limits<int>::max()) {
    return other;
  }
  return static_cast<int>(number);
}

}  // namespace prewarm
