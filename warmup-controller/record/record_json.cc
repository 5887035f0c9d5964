#include "warmup-controller/record/record_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace prewarm {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::int64_t kYear9999 = 253402300799;
constexpr std::int64_t kMostInstances = 1000000;
constexpr std::int64_t kMostMillis = 1000LL * 3600 * 24 * 7;
constexpr std::int64_t kMostSeconds = 3600LL * 24 * 366;
constexpr double kMostHours = 1e12;
constexpr std::size_t kMostText = 4096;

std::int64_t Number(Instant at) { return at.time_since_epoch().count(); }

// As there are many of them, without names; of unknown counts the time alone.
ordered_json StepJson(const CountStep& step) {
  if (!step.known) return {Number(step.at)};
  return {Number(step.at), step.asked, step.exist, step.warm};
}

ordered_json WarmupJson(const WarmupRecord& warmup) {
  ordered_json json = {{"ended", Number(warmup.ended)},
                       {"tookMs", warmup.took.count()},
                       {"instance", warmup.instance},
                       {"verified", warmup.verified}};
  if (warmup.already_warm) json["alreadyWarm"] = true;
  if (!warmup.error.empty()) json["error"] = warmup.error;
  return json;
}

ordered_json OpeningJson(const OpeningStatus& opening) {
  ordered_json json = {{"due", Number(opening.due)},
                       {"asked", opening.asked},
                       {"warmBefore", opening.warm_before.count()},
                       {"missed", opening.missed}};
  if (opening.warm_at) json["warmAt"] = Number(*opening.warm_at);
  return json;
}

template <typename All, typename Convert>
ordered_json ListOf(const All& all, Convert convert) {
  ordered_json list = ordered_json::array();
  for (const auto& one : all) list.push_back(convert(one));
  return list;
}

ordered_json TargetJson(const TargetRecord& target) {
  return {{"since", Number(target.account.since)},
          {"hours", target.account.hours},
          {"instanceHours", target.account.instance_hours},
          {"stepsSince", Number(target.steps_since)},
          {"warmupsSince", Number(target.warmups_since)},
          {"steps", ListOf(target.steps, StepJson)},
          {"warmups", ListOf(target.warmups, WarmupJson)}};
}

Instant TimeIn(const json& object, const char* name, JsonReader* reader) {
  return Instant(
      std::chrono::seconds(reader->Whole(object, name, 0, kYear9999)));
}

bool IsIn(const json& object, const char* name) {
  return object.is_object() && object.contains(name);
}

CountStep StepIn(const json& list, JsonReader* reader) {
  CountStep step;
  const bool known = list.is_array() && list.size() == 4;
  if (!known && !(list.is_array() && list.size() == 1)) {
    reader->Wrong("step", list);
    return step;
  }
  const auto number = [&](std::size_t at, std::int64_t most) {
    return reader->WholeOf(list[at], "step", 0, most);
  };
  step.at = Instant(std::chrono::seconds(number(0, kYear9999)));
  step.known = known;
  if (!known) return step;
  step.asked = static_cast<int>(number(1, kMostInstances));
  step.exist = static_cast<int>(number(2, kMostInstances));
  step.warm = static_cast<int>(number(3, kMostInstances));
  return step;
}

WarmupRecord WarmupIn(const json& object, JsonReader* reader) {
  WarmupRecord warmup;
  warmup.ended = TimeIn(object, "ended", reader);
  warmup.took = std::chrono::milliseconds(
      reader->Whole(object, "tookMs", 0, kMostMillis));
  warmup.instance = reader->Text(object, "instance", kMostText);
  warmup.verified = reader->Flag(object, "verified");
  if (IsIn(object, "alreadyWarm")) {
    warmup.already_warm = reader->Flag(object, "alreadyWarm");
  }
  if (IsIn(object, "error")) {
    warmup.error = reader->Text(object, "error", kMostText);
  }
  return warmup;
}

OpeningStatus OpeningIn(const json& object, JsonReader* reader) {
  OpeningStatus opening;
  opening.due = TimeIn(object, "due", reader);
  opening.asked =
      static_cast<int>(reader->Whole(object, "asked", 1, kMostInstances));
  opening.warm_before = std::chrono::seconds(
      reader->Whole(object, "warmBefore", -kMostSeconds, kMostSeconds));
  opening.missed = reader->Flag(object, "missed");
  if (IsIn(object, "warmAt")) {
    opening.warm_at = TimeIn(object, "warmAt", reader);
  }
  return opening;
}

// Whoever reads a record relies on the order; who wrote it had another clock.
template <typename All, typename Time>
void Sort(All* all, Time time) {
  std::stable_sort(
      all->begin(), all->end(),
      [time](const auto& a, const auto& b) { return time(a) < time(b); });
}

TargetRecord TargetIn(const json& object, JsonReader* reader) {
  TargetRecord target;
  target.account.since = TimeIn(object, "since", reader);
  target.account.hours = reader->Number(object, "hours", kMostHours);
  target.account.instance_hours =
      reader->Number(object, "instanceHours", kMostHours);
  target.steps_since = TimeIn(object, "stepsSince", reader);
  target.warmups_since = TimeIn(object, "warmupsSince", reader);
  const json& steps = reader->List(object, "steps", kMostSteps);
  for (const json& one : steps) target.steps.push_back(StepIn(one, reader));
  Sort(&target.steps, [](const CountStep& one) { return one.at; });
  const json& warmups = reader->List(object, "warmups", kMostWarmups);
  for (const json& one : warmups) {
    target.warmups.push_back(WarmupIn(one, reader));
  }
  Sort(&target.warmups, [](const WarmupRecord& one) { return one.ended; });
  return target;
}

}  // namespace

ordered_json RecordJson(const RecordMemory& memory) {
  ordered_json json = {{"until", Number(memory.until)},
                       {"targets", ordered_json::object()},
                       {"openings", ordered_json::object()}};
  for (const auto& [key, target] : memory.targets) {
    json["targets"][key] = TargetJson(target);
  }
  for (const auto& [key, policy] : memory.policies) {
    json["openings"][key] = ListOf(policy.openings, OpeningJson);
  }
  return json;
}

RecordMemory RecordIn(const json& json, JsonReader* reader) {
  RecordMemory memory;
  if (json.empty()) return memory;
  memory.until = TimeIn(json, "until", reader);
  for (const auto& [key, target] : reader->Object(json, "targets").items()) {
    memory.targets[key] = TargetIn(target, reader);
  }
  const nlohmann::json& policies = reader->Object(json, "openings");
  for (const auto& [key, list] : policies.items()) {
    if (!list.is_array() || list.size() > kMostOpenings) {
      reader->Wrong("openings", list);
      continue;
    }
    auto& openings = memory.policies[key].openings;
    for (const auto& one : list) openings.push_back(OpeningIn(one, reader));
    Sort(&openings, [](const OpeningStatus& one) { return one.due; });
  }
  return memory;
}

}  // namespace prewarm
