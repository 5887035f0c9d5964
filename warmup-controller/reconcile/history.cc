#include "warmup-controller/reconcile/history.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "common/base/json_reader.h"
#include "common/base/json_text.h"
#include "warmup-controller/record/record_json.h"

namespace prewarm {
namespace {

using Parsed = nlohmann::json;
using nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr double kMostHours = 240000;  // as of budgets
constexpr std::int64_t kMostMillis = 1000LL * 3600 * 24 * 7;
constexpr int kMostInstances = 10000;
constexpr std::size_t kMostSamples = 1000;
constexpr double kMostThinkSeconds = 24 * 3600;

ordered_json Json(const Makespan& makespan) {
  return {{"instances", makespan.instances},
          {"parallelism", makespan.parallelism},
          {"coldNode", makespan.cold_node},
          {"tookMs", makespan.took.count()},
          {"censored", makespan.censored}};
}

ordered_json Json(const CivilDay& day) {
  return {day.year(), day.month(), day.day()};
}

ordered_json Json(const Opening& opening) {
  ordered_json json = {{"due", opening.due.time_since_epoch().count()},
                       {"asked", opening.asked},
                       {"missed", opening.missed},
                       {"judged", opening.judged}};
  if (opening.warm_at) {
    json["warmAt"] = opening.warm_at->time_since_epoch().count();
  }
  return json;
}

Makespan MakespanOf(const Parsed& json, JsonReader* reader) {
  Makespan makespan;
  makespan.instances =
      static_cast<int>(reader->Whole(json, "instances", 1, kMostInstances));
  makespan.parallelism =
      static_cast<int>(reader->Whole(json, "parallelism", 1, kMostInstances));
  makespan.cold_node = reader->Flag(json, "coldNode");
  makespan.took =
      std::chrono::milliseconds(reader->Whole(json, "tookMs", 0, kMostMillis));
  makespan.censored = reader->Flag(json, "censored");
  return makespan;
}

TargetHistory TargetOf(const Parsed& json, JsonReader* reader) {
  TargetHistory history;
  for (const auto& one : reader->List(json, "makespans", kMostSamples)) {
    history.makespans.push_back(MakespanOf(one, reader));
  }
  const Parsed& intents = reader->Object(json, "intents");
  for (const auto& one : reader->List(intents, "thinkSeconds", kMostSamples)) {
    history.intents.think_seconds.push_back(
        reader->NumberOf(one, "thinkSeconds", kMostThinkSeconds));
  }
  if (!intents.empty()) {
    history.intents.opened = static_cast<std::size_t>(
        reader->Whole(intents, "opened", 0, INT64_MAX));
    history.intents.converted = static_cast<std::size_t>(
        reader->Whole(intents, "converted", 0, INT64_MAX));
  }
  return history;
}

Instant InstantOf(const Parsed& json, const char* name, JsonReader* reader) {
  constexpr std::int64_t kYear9999 = 253402300799;
  return Instant(std::chrono::seconds(reader->Whole(json, name, 0, kYear9999)));
}

PolicyHistory PolicyOf(const Parsed& json, JsonReader* reader) {
  PolicyHistory history;
  const Parsed& day = reader->List(json, "day");
  if (day.size() == 3) {
    history.hours.day = CivilDay(reader->WholeOf(day[0], "day", 1970, 9999),
                                 reader->WholeOf(day[1], "day", 1, 12),
                                 reader->WholeOf(day[2], "day", 1, 31));
  }
  history.hours.hours = reader->Number(json, "instanceHours", kMostHours);
  history.hours.intent_hours = reader->Number(json, "intentHours", kMostHours);
  const Parsed& seen = reader->Object(json, "opening");
  if (!seen.empty()) {
    Opening opening;
    opening.due = InstantOf(seen, "due", reader);
    opening.asked =
        static_cast<int>(reader->Whole(seen, "asked", 1, kMostInstances));
    opening.missed = reader->Flag(seen, "missed");
    opening.judged = reader->Flag(seen, "judged");
    if (seen.contains("warmAt")) {
      opening.warm_at = InstantOf(seen, "warmAt", reader);
    }
    history.opening = opening;
  }
  if (json.is_object() && json.contains("knownSince")) {
    history.known_since = InstantOf(json, "knownSince", reader);
  }
  return history;
}

}  // namespace

std::string HistoryText(const History& history, HistoryLayout layout) {
  ordered_json json = {{"version", kVersion},
                       {"targets", ordered_json::object()},
                       {"policies", ordered_json::object()}};
  for (const auto& [key, target] : history.targets) {
    ordered_json makespans = ordered_json::array();
    for (const Makespan& one : target.makespans) makespans.push_back(Json(one));
    json["targets"][key] = {{"makespans", std::move(makespans)},
                            {"intents",
                             {{"thinkSeconds", target.intents.think_seconds},
                              {"opened", target.intents.opened},
                              {"converted", target.intents.converted}}}};
  }
  for (const auto& [key, policy] : history.policies) {
    ordered_json mine = {{"day", Json(policy.hours.day)},
                         {"instanceHours", policy.hours.hours},
                         {"intentHours", policy.hours.intent_hours}};
    if (policy.opening) mine["opening"] = Json(*policy.opening);
    if (policy.known_since) {
      mine["knownSince"] = policy.known_since->time_since_epoch().count();
    }
    json["policies"][key] = std::move(mine);
  }
  if (!history.record.targets.empty() || !history.record.policies.empty()) {
    json["record"] = RecordJson(history.record);
  }
  const int indent = layout == HistoryLayout::kDense ? -1 : 1;
  return json.dump(indent, ' ', false, ordered_json::error_handler_t::replace) +
         "\n";
}

Result<History> ReadHistory(std::string_view text) {
  const auto corrupt = [](const std::string& what) {
    return MakeError(ErrorCode::kCorrupt, what, "history");
  };
  if (text.size() > kMaxHistoryBytes) return corrupt("more than 64 MiB");
  const auto json = ReadJson(text);
  if (!json.ok()) return corrupt(json.error().message);
  if (!json->is_object()) return corrupt("no JSON object");
  JsonReader reader;
  const std::int64_t version = reader.Whole(*json, "version", 1, INT64_MAX);
  if (!reader.wrong().empty()) return corrupt(reader.wrong());
  if (version > kVersion) {
    return MakeError(ErrorCode::kUnsupported,
                     "version is " + std::to_string(version) +
                         "; this program knows version 1: a later one wrote it",
                     "history");
  }
  History history;
  for (const auto& [key, target] : reader.Object(*json, "targets").items()) {
    history.targets[key] = TargetOf(target, &reader);
  }
  for (const auto& [key, policy] : reader.Object(*json, "policies").items()) {
    history.policies[key] = PolicyOf(policy, &reader);
  }
  if (!reader.wrong().empty()) return corrupt(reader.wrong());
  JsonReader record_reader;
  history.record =
      RecordIn(record_reader.Object(*json, "record"), &record_reader);
  if (!record_reader.wrong().empty()) {
    history.record = {};
    history.record_damage = "record: " + record_reader.wrong();
  }
  return history;
}

}  // namespace prewarm
