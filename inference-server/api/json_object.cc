#include "inference-server/api/json_object.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace prewarm {
namespace {

bool NeedsEscape(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\') return true;
  }
  return false;
}

template <typename Value>
void Append(Value value, std::string* text) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  text->append(digits, end.ptr);
}

}  // namespace

void JsonObject::Name(const char* name) {
  text_.append(text_.size() == 1 ? "\"" : ",\"").append(name).append("\":");
}

JsonObject& JsonObject::Text(const char* name, std::string_view value) {
  Name(name);
  if (NeedsEscape(value)) {
    text_ += nlohmann::json(value).dump(
        -1, ' ', false, nlohmann::json::error_handler_t::replace);
  } else {
    text_.append("\"").append(value).append("\"");
  }
  return *this;
}

JsonObject& JsonObject::TextOrNull(const char* name, std::string_view value) {
  return value.empty() ? Raw(name, "null") : Text(name, value);
}

JsonObject& JsonObject::Number(const char* name, double value) {
  if (!std::isfinite(value)) return Raw(name, "null");
  Name(name);
  Append(value, &text_);
  return *this;
}

JsonObject& JsonObject::Number(const char* name, std::int64_t value) {
  Name(name);
  Append(value, &text_);
  return *this;
}

JsonObject& JsonObject::Bool(const char* name, bool value) {
  return Raw(name, value ? "true" : "false");
}

JsonObject& JsonObject::Raw(const char* name, std::string_view json) {
  Name(name);
  text_.append(json);
  return *this;
}

std::string JsonObject::Finish() && {
  text_ += "}";
  return std::move(text_);
}

}  // namespace prewarm
