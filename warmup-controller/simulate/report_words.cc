#include "warmup-controller/simulate/report_words.h"

#include "warmup-controller/plots/format.h"

namespace prewarm {
namespace {

constexpr double kHourSeconds = 3600;
constexpr double kDaySeconds = 24 * kHourSeconds;

}  // namespace

std::string Requests(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " request" : " requests");
}

std::string Length(Moment begin, Moment end) {
  const double seconds = static_cast<double>(end - begin) / kSecond;
  if (seconds >= 2 * kDaySeconds) {
    return Format("%.1f days", seconds / kDaySeconds);
  }
  if (seconds >= 2 * kHourSeconds) {
    return Format("%.1f hours", seconds / kHourSeconds);
  }
  if (seconds >= 120) return Format("%.0f minutes", seconds / 60);
  return Format("%.0f seconds", seconds);
}

std::string InTime(const Punctuality& punctuality) {
  if (punctuality.openings == 0) return "No window opened in this time.";
  if (punctuality.openings == 1) {
    return punctuality.punctual == 1
               ? "The one opening of a window was warm in time."
               : "The one opening of a window was not warm in time.";
  }
  return Format("%d of %d openings of windows were warm in time.",
                punctuality.punctual, punctuality.openings);
}

}  // namespace prewarm
