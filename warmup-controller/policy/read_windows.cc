#include "warmup-controller/policy/read_windows.h"

#include <map>
#include <string>

#include "common/base/utf8.h"
#include "warmup-controller/policy/duration.h"
#include "warmup-controller/policy/field_values.h"
#include "warmup-controller/policy/limits.h"
#include "warmup-controller/policy/names.h"
#include "warmup-controller/policy/reach.h"
#include "warmup-controller/policy/week.h"

namespace prewarm {
namespace {

using std::chrono::minutes;

constexpr char kThreeForms[] =
    "give from and to (with days), or cron and duration, or start and end";

// The fields that say when, as far as they are there.
struct When {
  std::optional<Field> days, from, to, cron, duration, start, end;
};

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

// Complains of the half that is missing.
bool BothThere(const Field& window, const char* first_key,
               const std::optional<Field>& first, const char* second_key,
               const std::optional<Field>& second) {
  if (first && second) return true;
  window.Complain(std::string("has ") + (first ? first_key : second_key) +
                  ", but no " + (first ? second_key : first_key));
  return false;
}

std::optional<DailyTimes> ReadDailyTimes(const Field& window,
                                         const When& when) {
  DailyTimes times;
  times.days.set();
  if (when.days) {
    const auto days = ReadDays(*when.days);
    if (!days) return std::nullopt;
    times.days = *days;
  }
  if (when.days && !when.from && !when.to) {
    window.Complain("has days, but no times; give from and to");
    return std::nullopt;
  }
  if (!BothThere(window, "from", when.from, "to", when.to)) {
    return std::nullopt;
  }
  const auto from =
      when.from->Parsed(ParseTimeOfDay, "a time such as \"09:00\"");
  const auto until =
      when.to->Parsed(ParseTimeOfDay, "a time such as \"18:00\"");
  if (!from || !until) return std::nullopt;
  if (*from == 24 * 60) {
    when.from->Complain("got \"24:00\", expected \"00:00\" of the next day");
    return std::nullopt;
  }
  if (*from == *until) {
    when.to->Complain("got " + Quoted(when.to->node().text) +
                      ", the same as from; a whole day is \"00:00\" to "
                      "\"24:00\"");
    return std::nullopt;
  }
  times.from = *from;
  times.until = *until == 0 ? 24 * 60 : *until;
  return times;
}

std::optional<CronTimes> ReadCronTimes(const Field& window, const When& when) {
  if (!BothThere(window, "cron", when.cron, "duration", when.duration)) {
    return std::nullopt;
  }
  auto start = when.cron->Parsed(Cron::Parse, "a cron expression in quotes");
  const auto duration = ReadDuration(*when.duration, kWindowDuration);
  if (!start || !duration) return std::nullopt;
  if (*duration % minutes(1) != minutes(0)) {
    when.duration->Expected("whole minutes");
    return std::nullopt;
  }
  CronTimes times{std::move(*start),
                  std::chrono::duration_cast<minutes>(*duration)};
  if (const auto period = PeriodShorterThan(times.start, times.duration)) {
    when.duration->Complain(
        "got " + FormatDuration(*duration) + ", longer than the " +
        FormatDuration(*period) +
        " from a start to the next; it would never close: make it shorter, or "
        "set spec.replicas.min");
  }
  return times;
}

std::optional<CronPair> ReadCronPair(const Field& window, const When& when) {
  if (!BothThere(window, "start", when.start, "end", when.end)) {
    return std::nullopt;
  }
  auto start = when.start->Parsed(Cron::Parse, "a cron expression in quotes");
  auto end = when.end->Parsed(Cron::Parse, "a cron expression in quotes");
  if (!start || !end) return std::nullopt;
  if (NeverCloses(*start, *end)) {
    when.end->Complain("got " + Quoted(end->text()) +
                       ", and at each of its times start opens the window "
                       "again; it would never close");
  }
  return CronPair{std::move(*start), std::move(*end)};
}

When FindWhen(Fields* fields) {
  When when;
  when.days = fields->Find("days");
  when.from = fields->Find("from");
  when.to = fields->Find("to");
  when.cron = fields->Find("cron");
  when.duration = fields->Find("duration");
  when.start = fields->Find("start");
  when.end = fields->Find("end");
  return when;
}

void ReadTimes(const Field& window, const When& when, Window* read) {
  const bool daily = when.days || when.from || when.to;
  const bool cron = when.cron || when.duration;
  const bool pair = when.start || when.end;
  const int forms = (daily ? 1 : 0) + (cron ? 1 : 0) + (pair ? 1 : 0);
  if (forms == 0) {
    window.Complain(std::string("does not say when; ") + kThreeForms);
  } else if (forms > 1) {
    window.Complain(std::string("says when in two ways; ") + kThreeForms);
  } else if (daily) {
    if (auto times = ReadDailyTimes(window, when)) read->times = *times;
  } else if (cron) {
    if (auto times = ReadCronTimes(window, when)) read->times = *times;
  } else if (auto times = ReadCronPair(window, when)) {
    read->times = *times;
  }
}

void ReadReplicas(Fields* fields, std::optional<int> max_replicas,
                  Window* window) {
  const auto field = fields->Find("replicas");
  if (!field) return;
  const auto replicas = field->Whole(1, kMaxReplicas);
  if (!replicas) return;
  window->replicas = *replicas;
  if (max_replicas && *replicas > *max_replicas) {
    field->Expected("at most spec.replicas.max, which is " +
                    std::to_string(*max_replicas));
  }
}

Window ReadWindow(const Field& field, std::optional<int> max_replicas,
                  std::map<std::string, Place>* names) {
  Fields fields(field);
  Window window;
  if (const auto name = fields.Required("name")) {
    window.name = ReadChecked(*name, CheckLabelName).value_or("");
    const auto [first, is_new] = names->emplace(window.name, name->place());
    if (!is_new && !window.name.empty()) {
      name->Complain("got " + Quoted(window.name) +
                     ", which is the window's of line " +
                     std::to_string(first->second.line) +
                     " already; give each its own name");
    }
  }
  const When when = FindWhen(&fields);
  if (const auto zone = fields.Find("timeZone")) window.zone = ReadZone(*zone);
  ReadReplicas(&fields, max_replicas, &window);
  fields.RefuseOthers();
  if (field.node().kind == YamlNode::Kind::kMapping) {
    ReadTimes(field, when, &window);
  }
  return window;
}

}  // namespace

std::vector<Window> ReadWindows(const Field& field,
                                std::optional<int> max_replicas) {
  std::vector<Window> windows;
  std::map<std::string, Place> names;
  for (const Field& item : field.Items(kMaxWindows)) {
    windows.push_back(ReadWindow(item, max_replicas, &names));
  }
  return windows;
}

}  // namespace prewarm
