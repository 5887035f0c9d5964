// What somebody may have meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace prewarm {

// "did you mean b?" where one of `known` is near to `text`, else "expected one
// of a, b" ("expected a" of one).
std::string Suggestion(std::string_view text,
                       const std::vector<std::string>& known);

}  // namespace prewarm
