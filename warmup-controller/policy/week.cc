#include "warmup-controller/policy/week.h"

#include <array>
#include <optional>
#include <string>

#include "common/base/utf8.h"

namespace prewarm {
namespace {

constexpr std::array<std::string_view, 7> kDays = {
    "sunday",   "monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday"};

Error BadDays(std::string_view text, std::string_view part) {
  std::string message = "got " + Quoted(text);
  if (part != text) message += ", where " + Quoted(part) + " is no day";
  return MakeError(ErrorCode::kInvalidArgument,
                   message + ", expected days such as Mon, Sat or Mon-Fri");
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<std::size_t> DayOf(std::string_view text) {
  std::string lower(Trimmed(text));
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (std::size_t day = 0; day < kDays.size(); ++day) {
    if (lower == kDays[day] || lower == kDays[day].substr(0, 3)) return day;
  }
  return std::nullopt;
}

}  // namespace

Result<int> ParseTimeOfDay(std::string_view text) {
  const auto digit = [text](std::size_t at) {
    return text[at] >= '0' && text[at] <= '9' ? text[at] - '0' : 100;
  };
  if (text.size() == 5 && text[2] == ':') {
    const int hours = digit(0) * 10 + digit(1);
    const int minutes = digit(3) * 10 + digit(4);
    const int sum = hours * 60 + minutes;
    if (minutes < 60 && sum <= 24 * 60) return sum;
  }
  return MakeError(
      ErrorCode::kInvalidArgument,
      "got " + Quoted(text) +
          ", expected a time as \"09:00\", from \"00:00\" to \"24:00\"");
}

Result<std::bitset<7>> ParseDaysOfWeek(std::string_view text) {
  std::bitset<7> days;
  std::string_view rest = text;
  bool more = true;
  while (more) {
    const std::size_t comma = rest.find(',');
    more = comma != std::string_view::npos;
    const std::string_view part = rest.substr(0, comma);
    if (more) rest.remove_prefix(comma + 1);
    const std::size_t dash = part.find('-');
    const auto first = DayOf(part.substr(0, dash));
    const auto last =
        dash == std::string_view::npos ? first : DayOf(part.substr(dash + 1));
    if (!first || !last) return BadDays(text, Trimmed(part));
    for (std::size_t day = *first;; day = (day + 1) % 7) {
      days.set(day);
      if (day == *last) break;
    }
  }
  return days;
}

}  // namespace prewarm
