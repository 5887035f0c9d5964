#include "warmup-controller/calendar/ical_rule.h"

#include <algorithm>
#include <array>
#include <utility>

namespace prewarm {
namespace {

using Frequency = IcalRule::Frequency;

std::optional<int> WeekdayNamed(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames = {"SU", "MO", "TU", "WE",
                                                      "TH", "FR", "SA"};
  const auto* found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<int>(found - kNames.begin());
}

// [+-]digits within 1 to `most`; 0: something else.
int Signed(std::string_view text, int most) {
  int sign = 1;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
  }
  const int value = ReadDigits(text);
  return value >= 1 && value <= most ? sign * value : 0;
}

bool ReadFrequency(std::string_view value, Frequency* frequency) {
  constexpr std::array<std::pair<std::string_view, Frequency>, 4> kNames = {
      {{"DAILY", Frequency::kDaily},
       {"WEEKLY", Frequency::kWeekly},
       {"MONTHLY", Frequency::kMonthly},
       {"YEARLY", Frequency::kYearly}}};
  for (const auto& [name, meaning] : kNames) {
    if (value != name) continue;
    *frequency = meaning;
    return true;
  }
  return false;
}

bool ReadByDay(std::string_view value, IcalRule* rule) {
  for (const std::string_view item : SplitAt(value, ',')) {
    if (item.size() < 2) return false;
    const auto weekday = WeekdayNamed(item.substr(item.size() - 2));
    const std::string_view number = item.substr(0, item.size() - 2);
    const int nth = number.empty() ? 0 : Signed(number, 53);
    if (!weekday || (nth == 0 && !number.empty())) return false;
    rule->weekdays.push_back({*weekday, nth});
  }
  return true;
}

// Whether it is a part known here, and well formed.
bool ReadPart(std::string_view name, std::string_view value, IcalRule* rule) {
  if (name == "FREQ") return ReadFrequency(value, &rule->frequency);
  if (name == "INTERVAL") {
    rule->interval = ReadDigits(value);
    return rule->interval >= 1;
  }
  if (name == "COUNT") {
    rule->count = ReadDigits(value);
    return *rule->count >= 1;
  }
  if (name == "BYDAY") return ReadByDay(value, rule);
  if (name == "BYMONTH") {
    for (const std::string_view item : SplitAt(value, ',')) {
      const int month = ReadDigits(item);
      if (month < 1 || month > 12) return false;
      rule->months.set(static_cast<std::size_t>(month));
    }
    return true;
  }
  if (name == "BYMONTHDAY") {
    for (const std::string_view item : SplitAt(value, ',')) {
      rule->month_days.push_back(Signed(item, 31));
      if (rule->month_days.back() == 0) return false;
    }
    return true;
  }
  if (name == "WKST") {
    const auto weekday = WeekdayNamed(value);
    rule->week_start = weekday.value_or(1);
    return weekday.has_value();
  }
  return false;
}

CivilDay WeekOf(const CivilDay& day, int week_start) {
  return day - (WeekdayOf(day) - week_start + 7) % 7;
}

// Which one of its weekday `day` is in [first, last], from 1, or from -1 back.
bool IsNth(int nth, const CivilDay& day, const CivilDay& first,
           const CivilDay& last) {
  return nth > 0 ? (day - first) / 7 + 1 == nth : (last - day) / 7 + 1 == -nth;
}

}  // namespace

bool IcalRule::Has(const CivilDay& start, const CivilDay& day) const {
  const CivilMonth month(day);
  const bool yearly = frequency == Frequency::kYearly;
  std::int64_t periods = 0;
  switch (frequency) {
    case Frequency::kDaily:
      periods = day - start;
      break;
    case Frequency::kWeekly:
      periods = (WeekOf(day, week_start) - WeekOf(start, week_start)) / 7;
      break;
    case Frequency::kMonthly:
      periods = month - CivilMonth(start);
      break;
    case Frequency::kYearly:
      periods = day.year() - start.year();
      break;
  }
  if (periods % interval != 0) return false;

  // What the rule leaves open is as in the first event.
  const bool any_day = month_days.empty() && weekdays.empty();
  if (months.any()) {
    if (!months[static_cast<std::size_t>(day.month())]) return false;
  } else if (yearly && any_day && day.month() != start.month()) {
    return false;
  }
  const CivilDay last_of_month = CivilDay(month + 1) - 1;
  if (!month_days.empty()) {
    const bool found =
        std::any_of(month_days.begin(), month_days.end(), [&](int wanted) {
          return wanted > 0 ? day.day() == wanted
                            : day.day() == last_of_month.day() + 1 + wanted;
        });
    if (!found) return false;
  } else if (any_day && (yearly || frequency == Frequency::kMonthly)) {
    return day.day() == start.day();
  }
  if (weekdays.empty()) {
    return frequency != Frequency::kWeekly ||
           WeekdayOf(day) == WeekdayOf(start);
  }
  const bool in_year = yearly && months.none();
  const CivilDay first = in_year ? CivilDay(day.year(), 1, 1) : CivilDay(month);
  const CivilDay last = in_year ? CivilDay(day.year(), 12, 31) : last_of_month;
  return std::any_of(
      weekdays.begin(), weekdays.end(), [&](const Weekday& wanted) {
        return wanted.weekday == WeekdayOf(day) &&
               (wanted.nth == 0 || IsNth(wanted.nth, day, first, last));
      });
}

Result<IcalRule> ReadIcalRule(const IcalLine& line, const Zone& floating) {
  IcalRule rule;
  bool has_frequency = false;
  const std::string upper = UpperCase(line.value);
  for (const std::string_view part : SplitAt(upper, ';')) {
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view name = part.substr(0, equals);
    const std::string_view value =
        part.substr(std::min(equals + 1, part.size()));
    has_frequency = has_frequency || name == "FREQ";
    if (name == "UNTIL") {
      PREWARM_ASSIGN_OR_RETURN(rule.until, ReadIcalTime(line, value, floating));
    } else if (!ReadPart(name, value, &rule)) {
      return IcalError(line, "\"" + std::string(part.substr(0, 60)) +
                                 "\" is not understood: FREQ=DAILY, WEEKLY, "
                                 "MONTHLY or YEARLY with INTERVAL, COUNT, "
                                 "UNTIL, BYMONTH, BYMONTHDAY, BYDAY, WKST");
    }
  }
  if (!has_frequency) return IcalError(line, "FREQ is missing");
  if (rule.count && rule.until) {
    return IcalError(line, "COUNT and UNTIL exclude each other");
  }
  const bool fixed_weeks = rule.frequency == Frequency::kDaily ||
                           rule.frequency == Frequency::kWeekly;
  for (const IcalRule::Weekday& weekday : rule.weekdays) {
    if (fixed_weeks && weekday.nth != 0) {
      return IcalError(line, "a number in BYDAY needs MONTHLY or YEARLY");
    }
  }
  if (rule.frequency == Frequency::kWeekly && !rule.month_days.empty()) {
    return IcalError(line, "BYMONTHDAY does not go with WEEKLY");
  }
  return rule;
}

}  // namespace prewarm
