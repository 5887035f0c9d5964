#include "warmup-controller/policy/dates.h"

#include <cstdio>
#include <optional>

#include "common/base/utf8.h"

namespace prewarm {
namespace {

constexpr int kFirstYear = 2000;
constexpr int kLastYear = 2199;

Error Bad(std::string_view text, const std::string& expected) {
  return MakeError(ErrorCode::kInvalidArgument,
                   "got " + Quoted(text) + ", expected " + expected);
}

// The number in `text` where all of it is digits.
std::optional<int> Digits(std::string_view text) {
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::optional<CivilDay> DayOf(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
  const auto year = Digits(text.substr(0, 4));
  const auto month = Digits(text.substr(5, 2));
  const auto day = Digits(text.substr(8, 2));
  if (!year || !month || !day) return {};
  if (*year < kFirstYear || *year > kLastYear) return {};
  const CivilDay date(*year, *month, *day);
  // Fields out of range, such as 30 February, were carried over.
  if (date.month() != *month || date.day() != *day) return {};
  return date;
}

// Seconds east of UTC.
std::optional<int> OffsetOf(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != 6 || text[3] != ':') return {};
  if (text[0] != '+' && text[0] != '-') return {};
  const auto hours = Digits(text.substr(1, 2));
  const auto minutes = Digits(text.substr(4, 2));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return {};
  const int seconds = (*hours * 60 + *minutes) * 60;
  return text[0] == '-' ? -seconds : seconds;
}

std::string Format(const CivilDay& day) {
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d",
                static_cast<int>(day.year()), day.month(), day.day());
  return text;
}

}  // namespace

Result<CivilDays> ParseDates(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto first = DayOf(text.substr(0, slash));
  const auto last =
      slash == std::string_view::npos ? first : DayOf(text.substr(slash + 1));
  if (!first || !last) {
    return Bad(text,
               "a date of the years 2000 to 2199 such as 2026-12-25, or two "
               "with a slash between");
  }
  if (*last < *first) {
    return Bad(text, "the first day before the slash, the last one behind");
  }
  return CivilDays{*first, *last + 1};
}

std::string FormatDates(const CivilDays& days) {
  const CivilDay last = days.last - 1;
  if (last <= days.first) return Format(days.first);
  return Format(days.first) + "/" + Format(last);
}

Result<Instant> ParseInstant(std::string_view text) {
  const Error bad = Bad(text,
                        "a date and time with its offset from UTC, such as "
                        "2026-12-24T18:00:00+01:00 or 2026-12-24T17:00:00Z");
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't') ||
      text[13] != ':' || text[16] != ':') {
    return bad;
  }
  const auto day = DayOf(text.substr(0, 10));
  const auto hours = Digits(text.substr(11, 2));
  const auto minutes = Digits(text.substr(14, 2));
  const auto seconds = Digits(text.substr(17, 2));
  std::string_view rest = text.substr(19);
  if (rest[0] == '.') {
    const std::size_t end = rest.find_first_not_of("0123456789", 1);
    if (end == std::string_view::npos || end == 1) return bad;
    rest.remove_prefix(end);
  }
  const auto offset = OffsetOf(rest);
  if (!day || !hours || !minutes || !seconds || !offset || *hours > 23 ||
      *minutes > 59 || *seconds > 59) {
    return bad;
  }
  const std::chrono::hours days(24 * (*day - CivilDay(1970, 1, 1)));
  return Instant(days + std::chrono::hours(*hours) +
                 std::chrono::minutes(*minutes) +
                 std::chrono::seconds(*seconds - *offset));
}

}  // namespace prewarm
