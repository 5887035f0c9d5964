// Cron expressions of five fields: minute, hour, day of the month, month, day
// of the week (POSIX crontab(5), with the additions of vixie-cron and Quartz
// that people write).
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/calendar/civil.h"

namespace prewarm {

// Grammar. Each field is a list of `*`, `?` (of days: any), `a`, `a-b`, each
// with `/step` (`a/step` runs to the end); names JAN-DEC and SUN-SAT in any
// case, ranges of days may wrap (FRI-MON), Sunday is 0 and 7. Days of the month
// also `L` (the last), `L-n`, `LW` (the last weekday of the five), `nW` (the
// one nearest to n within the month); days of the week also `nL` (the last one
// of the month) and `n#k` (the k-th). `@hourly`, `@daily`, `@midnight`,
// `@weekly`, `@monthly`, `@yearly` and `@annually` stand for what they say.
// Where both kinds of days are restricted either is enough, as in cron(8);
// where one begins with `*`, both must hold.
// Refused: seconds, years, @reboot, other letters.
//
// Value type; immutable, thread-safe.
class Cron {
 public:
  // kInvalidArgument names field, text, what was expected; a date that never
  // comes (30 February) is refused as well.
  static Result<Cron> Parse(std::string_view text);

  const std::string& text() const { return text_; }  // as it was written

  bool Matches(const CivilMinute& local) const;
  // The next match after (not at) `local`. Within 40 years there is one (29
  // February on a certain day of the week), since Parse refuses what has none.
  CivilMinute Next(const CivilMinute& local) const;
  // The last match before (not at) `local`.
  CivilMinute Previous(const CivilMinute& local) const;

 private:
  friend class CronParser;
  Cron() = default;  // matches nothing: only Parse makes one that comes

  // Bit d: day d of the month matches.
  std::uint32_t DaysOf(CivilYear year, int month) const;

  // The k-th (1 to 5) of a day of the week; 0: the last one of the month.
  struct NthWeekday {
    int weekday = 0;
    int nth = 0;
  };

  std::string text_;
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;          // 1 to 31
  std::bitset<13> months_;        // 1 to 12
  std::bitset<7> weekdays_;       // Sunday 0
  std::vector<int> before_last_;  // L-n: days before the month's last
  std::vector<int> nearest_;      // nW; 0: LW
  std::vector<NthWeekday> nth_weekdays_;
  bool any_day_ = false;      // the day of the month begins with * or ?
  bool any_weekday_ = false;  // the same
};

}  // namespace prewarm
