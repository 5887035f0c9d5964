#include "warmup-controller/plan/window_words.h"

#include <array>
#include <cstdio>
#include <optional>
#include <sstream>
#include <vector>

#include "warmup-controller/plan/reason.h"
#include "warmup-controller/policy/duration.h"
#include "warmup-controller/policy/week.h"

namespace prewarm {
namespace {

constexpr std::array<const char*, 7> kDayNames = {
    "Sunday",   "Monday", "Tuesday", "Wednesday",
    "Thursday", "Friday", "Saturday"};
constexpr int kDay = 24 * 60;

std::string TimeOfDay(int minutes) {
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d", minutes / 60, minutes % 60);
  return text;
}

// The only run of days in the week, over its end too, if they are one of three
// days at least.
std::optional<std::pair<std::size_t, std::size_t>> RunOf(
    const std::bitset<7>& days) {
  constexpr std::size_t kLeast = 3;
  std::optional<std::size_t> first;
  for (std::size_t day = 0; day < 7; ++day) {
    if (!days[day] || days[(day + 6) % 7]) continue;
    if (first) return std::nullopt;
    first = day;
  }
  if (!first || days.count() < kLeast) return std::nullopt;
  return std::pair(*first, (*first + days.count() - 1) % 7);
}

std::string NamesOf(const std::bitset<7>& days) {
  if (const auto run = RunOf(days)) {
    return std::string(kDayNames.at(run->first)) + " to " +
           kDayNames.at(run->second);
  }
  std::vector<std::string> names;
  // Weeks begin on Monday where people list their days.
  for (std::size_t i = 1; i <= 7; ++i) {
    if (days[i % 7]) names.emplace_back(kDayNames.at(i % 7));
  }
  return Listed(names);
}

std::optional<int> Number(const std::string& text, int most) {
  if (text.empty() || text.size() > 2) return std::nullopt;
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number <= most ? std::optional(number) : std::nullopt;
}

std::optional<std::bitset<7>> WeekdaysOf(const std::string& text) {
  if (text == "*" || text == "?") return std::bitset<7>().set();
  if (const auto day = Number(text, 7)) {
    std::bitset<7> days;
    days.set(static_cast<std::size_t>(*day % 7));
    return days;
  }
  if (text == "1-5") return std::bitset<7>("0111110");
  const auto days = ParseDaysOfWeek(text);
  return days.ok() ? std::optional(*days) : std::nullopt;
}

struct Fields {
  std::string minute;
  std::string hour;
  std::string day;
  std::string month;
  std::string weekday;
};

std::string InWords(const DailyTimes& times) {
  std::string words = DaysInWords(times.days);
  if (times.from == 0 && times.until == kDay) return words + ", all day";
  words += " from " + TimeOfDay(times.from);
  words += " to " + TimeOfDay(times.until);
  if (times.until <= times.from) words += " of the next day";
  return words;
}

std::string InWords(const CronTimes& times) {
  return CronInWords(times.start) + " for " + FormatDuration(times.duration);
}

std::string InWords(const CronPair& times) {
  std::string words = "from each start to the next end: it starts ";
  words += CronInWords(times.start);
  return words + " and ends " + CronInWords(times.end);
}

}  // namespace

std::string DaysInWords(const std::bitset<7>& days) {
  return days.all() ? "every day" : "on " + NamesOf(days);
}

std::string CronInWords(const Cron& cron) {
  Fields fields;
  std::istringstream text(cron.text());
  text >> fields.minute >> fields.hour >> fields.day >> fields.month >>
      fields.weekday;
  const auto minute = Number(fields.minute, 59);
  const auto hour = Number(fields.hour, 23);
  const auto days = WeekdaysOf(fields.weekday);
  const bool any_date =
      (fields.day == "*" || fields.day == "?") && fields.month == "*";
  if (minute && hour && any_date && days) {
    return DaysInWords(*days) + " at " + TimeOfDay(*hour * 60 + *minute);
  }
  return "at each time of the cron expression \"" + cron.text() + "\"";
}

std::string TimesInWords(const Window& window) {
  return std::visit([](const auto& times) { return InWords(times); },
                    window.times);
}

}  // namespace prewarm
