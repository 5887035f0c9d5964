#include "warmup-controller/policy/read_window_times.h"

#include <bitset>
#include <chrono>
#include <string>
#include <utility>

#include "common/base/utf8.h"
#include "warmup-controller/policy/duration.h"
#include "warmup-controller/policy/field_values.h"
#include "warmup-controller/policy/limits.h"
#include "warmup-controller/policy/reach.h"
#include "warmup-controller/policy/week.h"

namespace prewarm {
namespace {

using std::chrono::minutes;

constexpr char kThreeForms[] =
    "give from and to (with days), or cron and duration, or start and end";

std::optional<std::bitset<7>> ReadDays(const Field& field) {
  if (field.node().kind != YamlNode::Kind::kList) {
    return field.Parsed(ParseDaysOfWeek, "days such as Mon-Fri, or a list");
  }
  if (field.node().items.empty()) {
    field.Expected("at least one day; for every day leave it out");
    return std::nullopt;
  }
  std::bitset<7> all;
  bool good = true;
  for (const Field& item : field.Items(kMaxDaysOfWeek)) {
    const auto days = item.Parsed(ParseDaysOfWeek, "days such as Mon-Fri");
    if (days && (all & *days).any()) {
      item.Complain("got " + Quoted(item.node().text) +
                    ", of which a day is in the list already");
    }
    good = good && days.has_value();
    all |= days.value_or(0);
  }
  if (!good || all.none()) return std::nullopt;
  return all;
}

// Of what is absent nothing is said here.
std::optional<int> ReadTime(const std::optional<Field>& field) {
  if (!field) return std::nullopt;
  return field->Parsed(ParseTimeOfDay, "a time such as \"09:00\"");
}

std::optional<Cron> ReadCron(const std::optional<Field>& field) {
  if (!field) return std::nullopt;
  return field->Parsed(Cron::Parse, "a cron expression in quotes");
}

std::optional<minutes> ReadWindowDuration(const std::optional<Field>& field) {
  if (!field) return std::nullopt;
  const auto duration = ReadDuration(*field, kWindowDuration);
  if (!duration) return std::nullopt;
  if (*duration % minutes(1) != minutes(0)) {
    field->Expected("whole minutes");
    return std::nullopt;
  }
  return std::chrono::duration_cast<minutes>(*duration);
}

// Complains of the half that is missing.
void CheckBoth(const Field& window, const char* first_key,
               const std::optional<Field>& first, const char* second_key,
               const std::optional<Field>& second) {
  if (first && second) return;
  window.Complain(std::string("has ") + (first ? first_key : second_key) +
                  ", but no " + (first ? second_key : first_key));
}

void ReadDailyTimes(const Field& window, const WhenFields& when, Window* read) {
  DailyTimes times;
  times.days.set();
  if (when.days) times.days = ReadDays(*when.days).value_or(times.days);
  if (when.days && !when.from && !when.to) {
    window.Complain("has days, but no times; give from and to");
    return;
  }
  CheckBoth(window, "from", when.from, "to", when.to);
  const auto from = ReadTime(when.from);
  const auto until = ReadTime(when.to);
  if (from == 24 * 60) {
    when.from->Complain("got \"24:00\", expected \"00:00\" of the next day");
  } else if (from && from == until) {
    when.to->Complain("got " + Quoted(when.to->node().text) +
                      ", the same as from; a whole day is \"00:00\" to "
                      "\"24:00\"");
  }
  times.from = from.value_or(0);
  times.until = until.value_or(0) == 0 ? 24 * 60 : *until;
  read->times = times;
}

void ReadCronTimes(const Field& window, const WhenFields& when, Window* read) {
  CheckBoth(window, "cron", when.cron, "duration", when.duration);
  auto start = ReadCron(when.cron);
  const auto duration = ReadWindowDuration(when.duration);
  if (!start || !duration) return;
  if (const auto period = PeriodShorterThan(*start, *duration)) {
    when.duration->Complain(
        "got " + FormatDuration(*duration) + ", longer than the " +
        FormatDuration(*period) +
        " from a start to the next; it would never close: make it shorter, or "
        "set spec.replicas.min");
  }
  read->times = CronTimes{std::move(*start), *duration};
}

void ReadCronPair(const Field& window, const WhenFields& when, Window* read) {
  CheckBoth(window, "start", when.start, "end", when.end);
  auto start = ReadCron(when.start);
  auto end = ReadCron(when.end);
  if (!start || !end) return;
  if (NeverCloses(*start, *end)) {
    when.end->Complain("got " + Quoted(end->text()) +
                       ", and at each of its times start opens the window "
                       "again; it would never close");
  }
  read->times = CronPair{std::move(*start), std::move(*end)};
}

}  // namespace

WhenFields FindWhen(Fields* fields) {
  WhenFields when;
  when.days = fields->Find("days");
  when.from = fields->Find("from");
  when.to = fields->Find("to");
  when.cron = fields->Find("cron");
  when.duration = fields->Find("duration");
  when.start = fields->Find("start");
  when.end = fields->Find("end");
  return when;
}

void ReadWindowTimes(const Field& window, const WhenFields& when,
                     Window* read) {
  const bool daily = when.days || when.from || when.to;
  const bool cron = when.cron || when.duration;
  const bool pair = when.start || when.end;
  const int forms = (daily ? 1 : 0) + (cron ? 1 : 0) + (pair ? 1 : 0);
  if (forms == 0) {
    window.Complain(std::string("does not say when; ") + kThreeForms);
  } else if (forms > 1) {
    window.Complain(std::string("says when in two ways; ") + kThreeForms);
  } else if (daily) {
    ReadDailyTimes(window, when, read);
  } else if (cron) {
    ReadCronTimes(window, when, read);
  } else {
    ReadCronPair(window, when, read);
  }
}

}  // namespace prewarm
