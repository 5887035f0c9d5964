// Parts of traces in text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "warmup-controller/plots/moment.h"

namespace prewarm {

// The next line without its end; `text` loses it.
std::string_view TakeLine(std::string_view* text);

// Whether there are only spaces and tabs.
bool IsBlank(std::string_view line);

// The next field of a line of CSV, without its quotes (RFC 4180: those
// within are doubled) and the spaces around it; `line` loses it and the comma
// after it. Unset: the line is at its end, or its quotes don't fit.
std::optional<std::string> TakeField(std::string_view* line);

// "line 7: "x": expected ...".
Error LineError(int line, std::string_view text, const std::string& expected);

// The whole text: decimal or with an exponent; finite.
std::optional<double> ParseNumber(std::string_view text);

// RFC 3339, `2026-03-29 01:00:00` of UTC, or seconds of Unix time with a
// fraction; years 1970 to 2200.
std::optional<Moment> ParseMoment(std::string_view text);

}  // namespace prewarm
