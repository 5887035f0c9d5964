#include "warmup-controller/policy/reach.h"

#include <algorithm>

namespace prewarm {
namespace {

// Five days of starts at five minutes' distance; what repeats so often
// without a pause is not meant to pause.
constexpr int kStarts = 1500;
constexpr int kEnds = 400;
const CivilMinute kSomeMoment(2024, 1, 1);

}  // namespace

std::optional<std::chrono::minutes> PeriodShorterThan(
    const Cron& start, std::chrono::minutes duration) {
  std::chrono::minutes longest{0};
  CivilMinute last = start.Next(kSomeMoment);
  for (int i = 0; i < kStarts; ++i) {
    const CivilMinute next = start.Next(last);
    longest = std::max(longest, std::chrono::minutes(next - last));
    if (longest >= duration) return std::nullopt;
    last = next;
  }
  return longest;
}

bool NeverCloses(const Cron& start, const Cron& end) {
  if (start.text() == end.text()) return true;
  CivilMinute at = end.Next(kSomeMoment);
  for (int i = 0; i < kEnds; ++i) {
    if (!start.Matches(at)) return false;
    at = end.Next(at);
  }
  return true;
}

}  // namespace prewarm
