// JSON from and to other programs. Nothing here throws.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace prewarm {

// kUnprocessable: no JSON, no UTF-8, or nested too deeply (100): values are
// copied and written by recursion.
Result<nlohmann::json> ReadJson(std::string_view text);
// Invalid UTF-8 becomes U+FFFD.
std::string WriteJson(const nlohmann::json& json);

// The value at a path of members; null where it ends early.
const nlohmann::json& At(const nlohmann::json& json,
                         std::initializer_list<const char*> path);
// "" where it is no text.
std::string TextAt(const nlohmann::json& json,
                   std::initializer_list<const char*> path);
// `other` where it is no integer, or one out of int's range.
int IntAt(const nlohmann::json& json, std::initializer_list<const char*> path,
          int other);
// False where it is no boolean.
bool IsTrueAt(const nlohmann::json& json,
              std::initializer_list<const char*> path);

}  // namespace prewarm
