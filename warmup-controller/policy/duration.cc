#include "warmup-controller/policy/duration.h"

#include <array>
#include <cstdint>

#include "common/base/ascii.h"
#include "common/base/utf8.h"

namespace prewarm {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};

constexpr std::array<Unit, 4> kUnits = {
    {{"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}}};
// So many hours are a thousand centuries, and no sum overflows.
constexpr std::size_t kMaxDigits = 9;

Error Bad(std::string_view text) {
  std::string message = "got " + Quoted(text);
  message += ", expected a duration such as 90s, 15m, 1h30m or 500ms";
  if (!text.empty() && IsDigit(text.back())) {
    message += "; the number needs a unit";
  }
  return MakeError(ErrorCode::kInvalidArgument, message);
}

}  // namespace

Result<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  std::int64_t sum = 0;
  std::size_t next_unit = 0;
  std::size_t at = 0;
  do {
    std::int64_t number = 0;
    const std::size_t digits = at;
    for (; at < text.size() && IsDigit(text[at]); ++at) {
      if (at - digits == kMaxDigits) return Bad(text);
      number = number * 10 + (text[at] - '0');
    }
    const std::size_t unit = at;
    while (at < text.size() && !IsDigit(text[at])) ++at;
    const std::string_view name = text.substr(unit, at - unit);
    while (next_unit < kUnits.size() && kUnits[next_unit].name != name) {
      ++next_unit;
    }
    if (digits == unit || next_unit == kUnits.size()) return Bad(text);
    sum += number * kUnits[next_unit].milliseconds;
    ++next_unit;
  } while (at < text.size());
  return std::chrono::milliseconds(sum);
}

std::string FormatDuration(std::chrono::milliseconds duration) {
  std::string text;
  std::int64_t left = duration.count();
  for (const Unit& unit : kUnits) {
    const std::int64_t number = left / unit.milliseconds;
    if (number == 0) continue;
    text += std::to_string(number).append(unit.name);
    left %= unit.milliseconds;
  }
  return text.empty() ? "0s" : text;
}

}  // namespace prewarm
