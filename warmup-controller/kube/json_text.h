// JSON from and to the API server. Nothing here throws.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace prewarm::kube {

using Json = nlohmann::json;

// kUnprocessable: no JSON, no UTF-8, or nested too deeply (100): values are
// copied and written by recursion.
Result<Json> ReadJson(std::string_view text);
// Invalid UTF-8 becomes U+FFFD.
std::string WriteJson(const Json& json);

// The value at a path of members; null where it ends early.
const Json& At(const Json& json, std::initializer_list<const char*> path);
// "" where it is no text.
std::string TextAt(const Json& json, std::initializer_list<const char*> path);
// `other` where it is no integer, or one out of int's range.
int IntAt(const Json& json, std::initializer_list<const char*> path, int other);

}  // namespace prewarm::kube
