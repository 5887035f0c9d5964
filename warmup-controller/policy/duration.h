// Durations as people write them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace prewarm {

// `90m`, `1h30m`, `2s`, `500ms`, `0s`: whole numbers with the units h, m, s
// and ms, from the greatest to the least, each once.
Result<std::chrono::milliseconds> ParseDuration(std::string_view text);

// As ParseDuration reads it, with the least number of units: "1h30m".
std::string FormatDuration(std::chrono::milliseconds duration);

}  // namespace prewarm
