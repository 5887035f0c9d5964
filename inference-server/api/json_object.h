// A flat JSON object written straight to text: what answers many times a
// second does not build a tree first. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace prewarm {

class JsonObject {
 public:
  // Names are our own literals and are not escaped; values are.
  JsonObject& Text(const char* name, std::string_view value);
  JsonObject& TextOrNull(const char* name, std::string_view value);
  JsonObject& Number(const char* name, double value);  // null if not finite
  JsonObject& Number(const char* name, std::int64_t value);
  JsonObject& Bool(const char* name, bool value);
  // `json`: a whole value, as it stands.
  JsonObject& Raw(const char* name, std::string_view json);

  std::string Finish() &&;

 private:
  void Name(const char* name);
  std::string text_ = "{";
};

}  // namespace prewarm
