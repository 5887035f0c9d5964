// Content lines of an iCalendar file (RFC 5545, 3.1) and the values of those
// that tell times.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/calendar/civil.h"
#include "warmup-controller/calendar/zone.h"

namespace prewarm {

struct IcalLine {
  int number = 0;    // in the file, of its first part
  std::string name;  // upper case
  std::map<std::string, std::string> parameters;  // names in upper case
  std::string value;
};

// "line 7: DTSTART "x": expected ...".
Error IcalError(const IcalLine& line, const std::string& expected);

// Unfolded, empty lines left out.
Result<std::vector<IcalLine>> ReadIcalLines(std::string_view text);

// A DATE or DATE-TIME; seconds are cut off.
struct IcalTime {
  bool is_date = false;
  CivilMinute local;  // midnight of a date
  Zone zone;          // UTC for dates, the reader's for floating times

  Instant instant() const { return zone.At(local).first; }
};

// Of `text`, the line's value or one in its list; floating times are of
// `floating`.
Result<IcalTime> ReadIcalTime(const IcalLine& line, std::string_view text,
                              const Zone& floating);
// All of a list (RDATE, EXDATE).
Result<std::vector<IcalTime>> ReadIcalTimes(const IcalLine& line,
                                            const Zone& floating);

// Days are the calendar's, the rest elapses.
struct IcalLength {
  int days = 0;
  std::chrono::seconds rest{0};
};
Result<IcalLength> ReadIcalDuration(const IcalLine& line);

std::string UpperCase(std::string_view text);
// Empty parts are kept.
std::vector<std::string_view> SplitAt(std::string_view text, char at);
// Digits alone, at most nine of them; -1: something else.
int ReadDigits(std::string_view text);

}  // namespace prewarm
