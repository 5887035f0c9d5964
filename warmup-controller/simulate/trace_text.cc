#include "warmup-controller/simulate/trace_text.h"

#include <charconv>
#include <cmath>

#include "common/base/utf8.h"
#include "warmup-controller/calendar/zone.h"
#include "warmup-controller/policy/dates.h"

namespace prewarm {
namespace {

constexpr std::size_t kShown = 60;
constexpr double kLastSecond = 7258118400;  // 2200

// Of `2026-03-29 01:00:00`: as RFC 3339 has it.
std::string AsUtc(std::string_view text) {
  std::string instant(text);
  if (instant.size() == 19 && instant[10] == ' ') {
    instant[10] = 'T';
    instant += 'Z';
  }
  return instant;
}

}  // namespace

std::string_view TakeLine(std::string_view* text) {
  const std::size_t end = text->find('\n');
  std::string_view line = text->substr(0, end);
  text->remove_prefix(end == std::string_view::npos ? text->size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

Error LineError(int line, std::string_view text, const std::string& expected) {
  return MakeError(ErrorCode::kInvalidArgument,
                   "line " + std::to_string(line) + ": got " +
                       Quoted(text.substr(0, kShown)) + ", expected " +
                       expected);
}

std::optional<double> ParseNumber(std::string_view text) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_all = end == text.data() + text.size();
  if (error != std::errc() || !is_all || !std::isfinite(number)) return {};
  return number;
}

std::optional<Moment> ParseMoment(std::string_view text) {
  if (const auto seconds = ParseNumber(text)) {
    if (*seconds < 0 || *seconds >= kLastSecond) return {};
    return std::llround(*seconds * kSecond);
  }
  const auto instant = ParseInstant(AsUtc(text));
  if (!instant.ok()) return {};
  const Moment moment = MomentOf(*instant);
  if (moment < 0 || moment >= static_cast<Moment>(kLastSecond) * kSecond) {
    return {};
  }
  return moment;
}

}  // namespace prewarm
