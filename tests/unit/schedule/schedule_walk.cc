// Prints what a Schedule says, for oracle.py: one policy a line on stdin,
//   zone|gap|overlap|min|from|until|2026-12-25,...|window;window...
//   window: days:0111110:540:1080:3   cron:90:8:0 20 * * THU
//           pair:2:0 8 * * *:0 18 * * *
// For each one the states at `from` and at every transition until `until`, a
// line each, `instant floor winner window,opens,closes...`, and an empty line.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "warmup-controller/schedule/schedule.h"

namespace prewarm {
namespace {

std::vector<std::string> Split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(at, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

template <typename T>
T Must(Result<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.error().message.c_str());
    std::exit(1);
  }
  return std::move(result).value();
}

Window ReadWindow(const std::string& text) {
  const std::vector<std::string> parts = Split(text, ':');
  Window window;
  if (parts[0] == "days") {
    DailyTimes times;
    for (std::size_t i = 0; i < 7; ++i) times.days[i] = parts[1][i] == '1';
    times.from = std::stoi(parts[2]);
    times.until = std::stoi(parts[3]);
    window.times = times;
    window.replicas = std::stoi(parts[4]);
  } else if (parts[0] == "cron") {
    window.times = CronTimes{Must(Cron::Parse(parts[3])),
                             std::chrono::minutes(std::stoi(parts[1]))};
    window.replicas = std::stoi(parts[2]);
  } else {
    window.times =
        CronPair{Must(Cron::Parse(parts[2])), Must(Cron::Parse(parts[3]))};
    window.replicas = std::stoi(parts[1]);
  }
  return window;
}

Instant ReadInstant(const std::string& text) {
  return Instant(std::chrono::seconds(std::stoll(text)));
}

std::string Text(const std::optional<Instant>& at) {
  return at ? std::to_string(at->time_since_epoch().count()) : "-";
}

void Print(Instant at, const ScheduleState& state) {
  std::string line = Text(at) + " " + std::to_string(state.floor) + " " +
                     (state.winner ? std::to_string(*state.winner) : "-");
  for (const ActiveWindow& active : state.active) {
    line += " " + std::to_string(active.window) + "," + Text(active.opens) +
            "," + Text(active.closes);
  }
  std::puts(line.c_str());
}

void Walk(const std::string& line) {
  const std::vector<std::string> parts = Split(line, '|');
  Policy policy;
  policy.zone = Must(Zone::Load(parts[0]));
  policy.dst.gap = parts[1] == "skip" ? DstGap::kSkip : DstGap::kShift;
  policy.dst.overlap =
      parts[2] == "twice" ? DstOverlap::kTwice : DstOverlap::kOnce;
  policy.min_replicas = std::stoi(parts[3]);
  for (const std::string& date : Split(parts[6], ',')) {
    if (date.empty()) continue;
    const CivilDay day(std::stoi(date), std::stoi(date.substr(5)),
                       std::stoi(date.substr(8)));
    policy.except.days.push_back({day, day + 1});
  }
  for (const std::string& window : Split(parts[7], ';')) {
    policy.windows.push_back(ReadWindow(window));
  }
  const Schedule schedule(policy);
  std::optional<Instant> at = ReadInstant(parts[4]);
  const Instant until = ReadInstant(parts[5]);
  for (; at && *at < until; at = schedule.NextTransition(*at)) {
    Print(*at, schedule.At(*at));
  }
  std::puts("");
}

}  // namespace
}  // namespace prewarm

int main() {
  std::string line;
  while (std::getline(std::cin, line)) prewarm::Walk(line);
}
