#include <algorithm>
#include <array>

#include "warmup-controller/calendar/zone.h"
#include "warmup-controller/simulate/trace.h"
#include "warmup-controller/simulate/trace_text.h"

namespace prewarm {
namespace {

constexpr char kExpectedLog[] = "a time as [29/Mar/2026:01:00:00 +0000]";
constexpr std::array<std::string_view, 12> kMonths = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Digits alone.
int Number(std::string_view text) {
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    number = 10 * number + (c - '0');
  }
  return number;
}

// 29/Mar/2026:01:00:00 +0200.
std::optional<Moment> ParseTime(std::string_view text) {
  if (text.size() != 26 || text[2] != '/' || text[6] != '/' ||
      text[11] != ':' || text[14] != ':' || text[17] != ':' ||
      text[20] != ' ' || (text[21] != '+' && text[21] != '-')) {
    return {};
  }
  const auto month =
      std::find(kMonths.begin(), kMonths.end(), text.substr(3, 3));
  const int day = Number(text.substr(0, 2));
  const int year = Number(text.substr(7, 4));
  const int hour = Number(text.substr(12, 2));
  const int minute = Number(text.substr(15, 2));
  const int second = Number(text.substr(18, 2));
  const int east = Number(text.substr(22, 2));
  const int east_minutes = Number(text.substr(24, 2));
  if (month == kMonths.end() || day < 1 || day > 31 || year < 1970 ||
      year > 2199 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
      second < 0 || second > 60 || east < 0 || east > 24 || east_minutes < 0 ||
      east_minutes > 59) {
    return {};
  }
  const auto number = static_cast<int>(month - kMonths.begin()) + 1;
  const CivilDay date(year, number, day);
  if (date.day() != day) return {};
  const Instant local =
      Zone::Utc().At(CivilMinute(year, number, day, hour, minute)).first +
      std::chrono::seconds(second);
  const std::chrono::minutes offset(60 * east + east_minutes);
  return MomentOf(text[21] == '+' ? local - offset : local + offset);
}

}  // namespace

Result<Trace> ReadAccessLog(std::string_view text) {
  Trace trace;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = TakeLine(&text);
    if (IsBlank(line)) continue;
    const std::size_t open = line.find('[');
    const std::size_t close = line.find(']', std::min(open, line.size()));
    const auto at = close == std::string_view::npos
                        ? std::nullopt
                        : ParseTime(line.substr(open + 1, close - open - 1));
    if (!at) return LineError(number, line, kExpectedLog);
    trace.requests.push_back(*at);
  }
  if (trace.requests.empty()) {
    return MakeError(ErrorCode::kInvalidArgument, "the log holds no request");
  }
  // Lines are written when requests end.
  std::sort(trace.requests.begin(), trace.requests.end());
  return trace;
}

}  // namespace prewarm
