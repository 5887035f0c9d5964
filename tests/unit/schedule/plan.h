// Policies and what they plan, in the short form that tests compare.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "warmup-controller/schedule/schedule.h"

namespace prewarm {

inline Instant Utc(int year, int month, int day, int hour = 0, int minute = 0) {
  return Zone::Utc().At(CivilMinute(year, month, day, hour, minute)).first;
}

inline Cron CronOf(const std::string& text) {
  auto cron = Cron::Parse(text);
  if (!cron.ok()) ADD_FAILURE() << cron.error().message;
  return std::move(cron).value();
}

// days: Sunday first, "0111110".
inline Window Daily(const std::string& days, int from, int until,
                    int replicas = 1) {
  DailyTimes times;
  for (std::size_t i = 0; i < 7; ++i) times.days[i] = days[i] == '1';
  times.from = from;
  times.until = until;
  Window window;
  window.times = times;
  window.replicas = replicas;
  return window;
}

inline Window Elapsing(const std::string& cron, int minutes, int replicas = 1) {
  Window window;
  window.times = CronTimes{CronOf(cron), std::chrono::minutes(minutes)};
  window.replicas = replicas;
  return window;
}

inline Window Pair(const std::string& start, const std::string& end,
                   int replicas = 1) {
  Window window;
  window.times = CronPair{CronOf(start), CronOf(end)};
  window.replicas = replicas;
  return window;
}

inline Policy PolicyOf(const std::string& zone, std::vector<Window> windows,
                       DstRules dst = {}) {
  Policy policy;
  auto loaded = Zone::Load(zone);
  if (!loaded.ok()) ADD_FAILURE() << loaded.error().message;
  policy.zone = std::move(loaded).value();
  policy.windows = std::move(windows);
  policy.dst = dst;
  return policy;
}

// "03-29 01:00 +3": UTC, and the floor from then on; a line for `from` itself
// and for every transition before `until`.
inline std::string Plan(const Schedule& schedule, Instant from, Instant until) {
  std::string plan;
  for (std::optional<Instant> at = from; at && *at < until;
       at = schedule.NextTransition(*at)) {
    const CivilMinute utc = Zone::Utc().MinuteAt(*at);
    char line[48];
    std::snprintf(line, sizeof line, "%02d-%02d %02d:%02d %d\n", utc.month(),
                  utc.day(), utc.hour(), utc.minute(), schedule.At(*at).floor);
    plan += line;
  }
  return plan;
}

inline std::string Plan(const Policy& policy, Instant from, Instant until) {
  return Plan(Schedule(policy), from, until);
}

}  // namespace prewarm
