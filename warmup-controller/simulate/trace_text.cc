#include "warmup-controller/simulate/trace_text.h"

#include <algorithm>
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

constexpr std::string_view kSpaces = " \t";

std::string_view Trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
  return text.substr(0, text.find_last_not_of(kSpaces) + 1);
}

// Until the closing quote; `text` begins after the opening one and loses it.
std::optional<std::string> TakeQuoted(std::string_view* text) {
  std::string inside;
  while (true) {
    const std::size_t quote = text->find('"');
    if (quote == std::string_view::npos) return {};
    inside += text->substr(0, quote);
    text->remove_prefix(quote + 1);
    if (text->empty() || text->front() != '"') return inside;
    inside += '"';
    text->remove_prefix(1);
  }
}

}  // namespace

bool IsBlank(std::string_view line) { return Trimmed(line).empty(); }

std::optional<std::string> TakeField(std::string_view* line) {
  *line = Trimmed(*line);
  if (line->empty()) return {};
  std::optional<std::string> quoted;
  if (line->front() == '"') {
    line->remove_prefix(1);
    quoted = TakeQuoted(line);
    if (!quoted) return {};
  }
  const std::size_t comma = std::min(line->find(','), line->size());
  const std::string_view plain = Trimmed(line->substr(0, comma));
  line->remove_prefix(std::min(comma + 1, line->size()));
  // Nothing but a comma may follow a quote.
  if (!quoted) return std::string(plain);
  return plain.empty() ? quoted : std::nullopt;
}

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
