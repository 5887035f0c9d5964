#include "warmup-controller/calendar/ical_line.h"

#include <cctype>
#include <utility>

namespace prewarm {
namespace {

constexpr std::size_t kShown = 60;
constexpr int kLongestDays = 366;

// NAME[;PARAM=VALUE...]:VALUE. A quoted parameter may hold ; and :.
Result<IcalLine> ParseLine(int number, std::string_view text) {
  IcalLine line;
  line.number = number;
  line.name = "line";
  line.value = text;
  bool quoted = false;
  std::vector<std::string> parts(1);
  std::size_t at = 0;
  for (; at < text.size() && (quoted || text[at] != ':'); ++at) {
    if (text[at] == '"') {
      quoted = !quoted;
    } else if (text[at] == ';' && !quoted) {
      parts.emplace_back();
    } else {
      parts.back() += text[at];
    }
  }
  if (at == text.size() || parts[0].empty()) {
    return IcalError(line, "expected NAME:VALUE");
  }
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::size_t equals = parts[i].find('=');
    if (equals == std::string::npos) {
      return IcalError(line, "expected parameters as NAME=VALUE");
    }
    line.parameters[UpperCase(parts[i].substr(0, equals))] =
        parts[i].substr(equals + 1);
  }
  line.name = UpperCase(parts[0]);
  line.value = text.substr(at + 1);
  return line;
}

}  // namespace

std::string UpperCase(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return upper;
}

std::vector<std::string_view> SplitAt(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

int ReadDigits(std::string_view text) {
  if (text.empty() || text.size() > 9) return -1;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

Error IcalError(const IcalLine& line, const std::string& expected) {
  std::string value = line.value.substr(0, kShown);
  for (char& c : value) {
    if (static_cast<unsigned char>(c) < ' ') c = '?';
  }
  return MakeError(ErrorCode::kInvalidArgument,
                   "line " + std::to_string(line.number) + ": " +
                       line.name.substr(0, kShown) + " \"" + value +
                       (line.value.size() > kShown ? "..." : "") +
                       "\": " + expected);
}

Result<std::vector<IcalLine>> ReadIcalLines(std::string_view text) {
  std::vector<IcalLine> lines;
  std::string unfolded;
  int number = 0;
  int first = 0;
  const auto finish = [&]() -> Status {
    if (unfolded.empty()) return Ok{};
    PREWARM_ASSIGN_OR_RETURN(IcalLine line, ParseLine(first, unfolded));
    lines.push_back(std::move(line));
    return Ok{};
  };
  for (std::string_view part : SplitAt(text, '\n')) {
    ++number;
    if (!part.empty() && part.back() == '\r') part.remove_suffix(1);
    if (!part.empty() && (part[0] == ' ' || part[0] == '\t')) {
      unfolded += part.substr(1);
      continue;
    }
    PREWARM_RETURN_IF_ERROR(finish());
    unfolded = part;
    first = number;
  }
  PREWARM_RETURN_IF_ERROR(finish());
  return lines;
}

Result<IcalTime> ReadIcalTime(const IcalLine& line, std::string_view text,
                              const Zone& floating) {
  const Error wrong =
      IcalError(line, "expected a date 20261225 or a time 20261225T180000[Z]");
  const int date = text.size() >= 8 ? ReadDigits(text.substr(0, 8)) : -1;
  if (date < 0) return wrong;
  const CivilDay day(date / 10000, date / 100 % 100, date % 100);
  if (day.year() < 1 || day.month() != date / 100 % 100 ||
      day.day() != date % 100) {
    return wrong;
  }
  if (text.size() == 8) return IcalTime{true, CivilMinute(day), Zone::Utc()};
  const bool utc = text.size() == 16 && text.back() == 'Z';
  const int time = text[8] == 'T' && (text.size() == 15 || utc)
                       ? ReadDigits(text.substr(9, 6))
                       : -1;
  const int hour = time / 10000;
  const int minute = time / 100 % 100;
  if (time < 0 || hour > 23 || minute > 59 || time % 100 > 60) return wrong;
  const CivilMinute local(day.year(), day.month(), day.day(), hour, minute);
  if (utc) return IcalTime{false, local, Zone::Utc()};
  const auto name = line.parameters.find("TZID");
  if (name == line.parameters.end()) return IcalTime{false, local, floating};
  const auto zone = Zone::Load(name->second);
  if (!zone.ok()) return IcalError(line, zone.error().message);
  return IcalTime{false, local, *zone};
}

Result<std::vector<IcalTime>> ReadIcalTimes(const IcalLine& line,
                                            const Zone& floating) {
  std::vector<IcalTime> times;
  for (const std::string_view item : SplitAt(line.value, ',')) {
    PREWARM_ASSIGN_OR_RETURN(IcalTime time, ReadIcalTime(line, item, floating));
    times.push_back(std::move(time));
  }
  return times;
}

// P[nW][nD][T[nH][nM][nS]].
Result<IcalLength> ReadIcalDuration(const IcalLine& line) {
  const Error wrong = IcalError(
      line, "expected a duration such as P1D, P2W or PT90M, of a year at most");
  std::string_view text = line.value;
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  if (text.size() < 3 || text[0] != 'P') return wrong;
  text.remove_prefix(1);
  IcalLength length;
  std::int64_t days = 0;
  bool is_time = false;
  while (!text.empty()) {
    if (text[0] == 'T' && !is_time && text.size() > 1) {
      is_time = true;
      text.remove_prefix(1);
    }
    const std::size_t end = text.find_first_not_of("0123456789");
    const int count = ReadDigits(text.substr(0, end));
    if (count < 0 || end == std::string_view::npos) return wrong;
    const char unit = text[end];
    text.remove_prefix(end + 1);
    if (!is_time && unit == 'W') {
      days += std::int64_t{7} * count;
    } else if (!is_time && unit == 'D') {
      days += count;
    } else if (is_time && unit == 'H') {
      length.rest += std::chrono::hours(count);
    } else if (is_time && unit == 'M') {
      length.rest += std::chrono::minutes(count);
    } else if (is_time && unit == 'S') {
      length.rest += std::chrono::seconds(count);
    } else {
      return wrong;
    }
  }
  if (days > kLongestDays ||
      length.rest > std::chrono::hours(24) * kLongestDays) {
    return wrong;
  }
  length.days = static_cast<int>(days);
  return length;
}

}  // namespace prewarm
