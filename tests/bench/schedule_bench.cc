// Speed of schedules as one JSON object, in time of one CPU: microseconds for
// the next transition of policies of several kinds, and seconds for all
// transitions of a year of 1,000 policies with three windows each.
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "warmup-controller/schedule/schedule.h"

namespace prewarm {
namespace {

constexpr int kPolicies = 1000;

Cron CronOf(const std::string& text) { return *Cron::Parse(text); }

Window Hours(int from, int until) {
  Window window;
  window.times = DailyTimes{std::bitset<7>("0111110"), from, until};
  return window;
}

Window After(const std::string& cron, int minutes) {
  Window window;
  window.times = CronTimes{CronOf(cron), std::chrono::minutes(minutes)};
  return window;
}

Window Between(const std::string& start, const std::string& end) {
  Window window;
  window.times = CronPair{CronOf(start), CronOf(end)};
  return window;
}

Policy PolicyOf(const char* zone, std::vector<Window> windows) {
  Policy policy;
  policy.zone = *Zone::Load(zone);
  policy.windows = std::move(windows);
  for (int day = 1; day < 20; ++day) {
    const CivilDay off(2026, 1 + day % 12, day);
    policy.except.days.push_back({off, off + 1});
  }
  return policy;
}

const Instant kBegin = Zone::Utc().At(CivilMinute(2026, 1, 1, 0, 0)).first;
const Instant kEnd = Zone::Utc().At(CivilMinute(2027, 1, 1, 0, 0)).first;

double SecondsSince(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

// All transitions of 2026.
int Year(const Schedule& schedule) {
  int count = 0;
  std::optional<Instant> at = kBegin;
  while ((at = schedule.NextTransition(*at)) && *at < kEnd) ++count;
  return count;
}

void PrintKind(const char* name, Window window) {
  const Schedule schedule(PolicyOf("Europe/Berlin", {std::move(window)}));
  constexpr int kRounds = 20;
  int count = 0;
  const std::clock_t start = std::clock();
  for (int i = 0; i < kRounds; ++i) count += 1 + Year(schedule);
  std::printf("  \"%s_us\": %.3f,\n", name, SecondsSince(start) * 1e6 / count);
}

void PrintYear() {
  const char* zones[] = {"Europe/Berlin", "America/New_York", "Asia/Tokyo",
                         "Australia/Lord_Howe", "UTC"};
  std::vector<Schedule> schedules;
  schedules.reserve(kPolicies);
  for (int i = 0; i < kPolicies; ++i) {
    schedules.emplace_back(PolicyOf(
        zones[i % 5], {Hours(480 + i % 120, 1080), After("0 20 * * THU", 90),
                       Between("30 1 * * *", "30 2 * * *")}));
  }
  const std::clock_t start = std::clock();
  long count = 0;
  for (const Schedule& schedule : schedules) count += Year(schedule);
  const double seconds = SecondsSince(start);
  std::printf("  \"year_transitions\": %ld,\n  \"year_s\": %.3f\n", count,
              seconds);
}

}  // namespace
}  // namespace prewarm

int main() {
  using namespace prewarm;  // NOLINT(google-build-using-namespace)
  std::puts("{");
  PrintKind("hours", Hours(540, 1080));
  PrintKind("night", Hours(1320, 360));
  PrintKind("cron_duration", After("0 20 * * THU", 90));
  PrintKind("cron_every_minute", After("* 8-17 * * *", 1));
  PrintKind("cron_pair", Between("0 8 * * MON-FRI", "0 18 * * MON-FRI"));
  PrintKind("season", Between("0 0 1 11 *", "0 0 10 1 *"));
  PrintKind("always", Hours(0, 1440));
  PrintYear();
  std::puts("}");
}
