#include "warmup-controller/calendar/cron.h"

#include <cstdint>

namespace prewarm {
namespace {

// Bit d is day d of the month.
using DayBits = std::uint32_t;

int LowestBit(std::uint64_t bits) { return __builtin_ctzll(bits); }
int HighestBit(std::uint64_t bits) { return 63 - __builtin_clzll(bits); }
std::uint64_t From(std::uint64_t bits, int first) {
  return bits & (~std::uint64_t{0} << first);
}
std::uint64_t UpTo(std::uint64_t bits, int last) {
  return last < 0 ? 0 : bits & (~std::uint64_t{0} >> (63 - last));
}

int LastDay(CivilYear year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

struct Month {
  int WeekdayOn(int day) const { return (first_weekday + day - 1) % 7; }
  // The first day of the month that is of this day of the week.
  int FirstOf(int weekday) const {
    return 1 + (weekday - first_weekday + 7) % 7;
  }
  bool Has(int day) const { return day >= 1 && day <= last; }

  int last;
  int first_weekday;
};

// The weekday (Monday to Friday) nearest to `day` within the month; 0: of the
// month's last day, backwards.
int NearestWeekday(const Month& month, int day) {
  const bool from_last = day == 0;
  if (from_last) day = month.last;
  const int weekday = month.WeekdayOn(day);
  if (weekday == 6) return day > 1 ? day - 1 : day + 2;
  if (weekday != 0) return day;
  return !from_last && day < month.last ? day + 1 : day - 2;
}

}  // namespace

std::uint32_t Cron::DaysOf(CivilYear year, int number) const {
  if (!months_[static_cast<std::size_t>(number)]) return 0;
  const int last = LastDay(year, number);
  const auto all = static_cast<DayBits>(UpTo(From(~0ULL, 1), last));
  if (any_day_ && weekdays_.all()) {
    return all & static_cast<DayBits>(days_.to_ulong());
  }
  const Month month{last, WeekdayOf(CivilDay(year, number, 1))};

  auto days = static_cast<DayBits>(days_.to_ulong());
  for (const int before : before_last_) {
    if (month.Has(month.last - before)) days |= 1U << (month.last - before);
  }
  for (const int day : nearest_) {
    if (day <= month.last) days |= 1U << NearestWeekday(month, day);
  }

  DayBits weekdays = 0;
  for (int weekday = 0; weekday < 7; ++weekday) {
    if (!weekdays_[static_cast<std::size_t>(weekday)]) continue;
    for (int day = month.FirstOf(weekday); day <= month.last; day += 7) {
      weekdays |= 1U << day;
    }
  }
  for (const NthWeekday& which : nth_weekdays_) {
    const int first = month.FirstOf(which.weekday);
    const int day = which.nth > 0 ? first + 7 * (which.nth - 1)
                                  : first + 7 * ((month.last - first) / 7);
    if (month.Has(day)) weekdays |= 1U << day;
  }

  const bool both = any_day_ || any_weekday_;
  return all & (both ? days & weekdays : days | weekdays);
}

bool Cron::Matches(const CivilMinute& local) const {
  return minutes_[static_cast<std::size_t>(local.minute())] &&
         hours_[static_cast<std::size_t>(local.hour())] &&
         (DaysOf(local.year(), local.month()) >> local.day() & 1U) != 0;
}

CivilMinute Cron::Next(const CivilMinute& local) const {
  const CivilMinute from = local + 1;
  const std::uint64_t minutes = minutes_.to_ullong();
  const std::uint64_t hours = hours_.to_ullong();
  CivilMonth month(from);
  std::uint64_t days = From(DaysOf(month.year(), month.month()), from.day());
  // What is left of the first day; every later one begins with its first hour.
  if ((days >> from.day() & 1U) != 0) {
    std::uint64_t left = From(hours, from.hour());
    if (left != 0 && LowestBit(left) == from.hour()) {
      const std::uint64_t soon = From(minutes, from.minute());
      if (soon != 0) {
        return CivilMinute(from.year(), from.month(), from.day(), from.hour(),
                           LowestBit(soon));
      }
      left = From(hours, from.hour() + 1);
    }
    if (left != 0) {
      return CivilMinute(from.year(), from.month(), from.day(), LowestBit(left),
                         LowestBit(minutes));
    }
    days = From(days, from.day() + 1);
  }
  while (days == 0) {
    ++month;
    days = DaysOf(month.year(), month.month());
  }
  return CivilMinute(month.year(), month.month(), LowestBit(days),
                     LowestBit(hours), LowestBit(minutes));
}

CivilMinute Cron::Previous(const CivilMinute& local) const {
  const CivilMinute until = local - 1;
  const std::uint64_t minutes = minutes_.to_ullong();
  const std::uint64_t hours = hours_.to_ullong();
  CivilMonth month(until);
  std::uint64_t days = UpTo(DaysOf(month.year(), month.month()), until.day());
  if ((days >> until.day() & 1U) != 0) {
    std::uint64_t left = UpTo(hours, until.hour());
    if (left != 0 && HighestBit(left) == until.hour()) {
      const std::uint64_t late = UpTo(minutes, until.minute());
      if (late != 0) {
        return CivilMinute(until.year(), until.month(), until.day(),
                           until.hour(), HighestBit(late));
      }
      left = UpTo(hours, until.hour() - 1);
    }
    if (left != 0) {
      return CivilMinute(until.year(), until.month(), until.day(),
                         HighestBit(left), HighestBit(minutes));
    }
    days = UpTo(days, until.day() - 1);
  }
  while (days == 0) {
    --month;
    days = DaysOf(month.year(), month.month());
  }
  return CivilMinute(month.year(), month.month(), HighestBit(days),
                     HighestBit(hours), HighestBit(minutes));
}

}  // namespace prewarm
