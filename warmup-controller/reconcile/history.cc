#include "warmup-controller/reconcile/history.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace prewarm {
namespace {

using nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr double kMostHours = 240000;  // as of budgets
constexpr std::int64_t kMostMillis = 1000LL * 3600 * 24 * 7;
constexpr int kMostInstances = 10000;
constexpr std::size_t kMostEntries = 100000;
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

// Reads values of a JSON tree and remembers the first one that is wrong.
class Reader {
 public:
  const std::string& wrong() const { return wrong_; }

  const ordered_json& Member(const ordered_json& json, const char* name) {
    static const ordered_json kNone;
    if (!json.is_object()) return kNone;
    const auto found = json.find(name);
    return found == json.end() ? kNone : *found;
  }
  std::int64_t Whole(const ordered_json& json, const char* name,
                     std::int64_t low, std::int64_t high) {
    const ordered_json& value = Member(json, name);
    // Unsigned ones above the greatest signed one would come out negative.
    const bool fits =
        value.is_number_integer() &&
        !(value.is_number_unsigned() &&
          value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX));
    const std::int64_t number = fits ? value.get<std::int64_t>() : 0;
    if (!fits || number < low || number > high) {
      Wrong(name, value);
      return low;
    }
    return number;
  }
  double Number(const ordered_json& value, const char* name, double high) {
    const double number = value.is_number() ? value.get<double>() : -1;
    if (std::isfinite(number) && number >= 0 && number <= high) return number;
    Wrong(name, value);
    return 0;
  }
  bool Flag(const ordered_json& json, const char* name) {
    const ordered_json& value = Member(json, name);
    if (value.is_boolean()) return value.get<bool>();
    Wrong(name, value);
    return false;
  }
  // An object with as many members as may be; nothing where there is none.
  const ordered_json& Object(const ordered_json& json, const char* name) {
    static const ordered_json kEmpty = ordered_json::object();
    const ordered_json& value = Member(json, name);
    if (value.is_null()) return kEmpty;
    if (value.is_object() && value.size() <= kMostEntries) return value;
    Wrong(name, value);
    return kEmpty;
  }
  const ordered_json& List(const ordered_json& json, const char* name) {
    static const ordered_json kEmpty = ordered_json::array();
    const ordered_json& value = Member(json, name);
    if (value.is_null()) return kEmpty;
    if (value.is_array() && value.size() <= kMostSamples) return value;
    Wrong(name, value);
    return kEmpty;
  }

 private:
  void Wrong(const char* name, const ordered_json& value) {
    constexpr std::size_t kShown = 60;
    if (!wrong_.empty()) return;
    wrong_ = std::string(name) + " is " +
             value.dump(-1, ' ', false, ordered_json::error_handler_t::replace)
                 .substr(0, kShown);
  }

  std::string wrong_;
};

Makespan MakespanOf(const ordered_json& json, Reader* reader) {
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

TargetHistory TargetOf(const ordered_json& json, Reader* reader) {
  TargetHistory history;
  for (const ordered_json& one : reader->List(json, "makespans")) {
    history.makespans.push_back(MakespanOf(one, reader));
  }
  const ordered_json& intents = reader->Object(json, "intents");
  for (const ordered_json& one : reader->List(intents, "thinkSeconds")) {
    history.intents.think_seconds.push_back(
        reader->Number(one, "thinkSeconds", kMostThinkSeconds));
  }
  if (!intents.empty()) {
    history.intents.opened = static_cast<std::size_t>(
        reader->Whole(intents, "opened", 0, INT64_MAX));
    history.intents.converted = static_cast<std::size_t>(
        reader->Whole(intents, "converted", 0, INT64_MAX));
  }
  return history;
}

Instant InstantOf(const ordered_json& json, const char* name, Reader* reader) {
  constexpr std::int64_t kYear9999 = 253402300799;
  return Instant(std::chrono::seconds(reader->Whole(json, name, 0, kYear9999)));
}

PolicyHistory PolicyOf(const ordered_json& json, Reader* reader) {
  PolicyHistory history;
  const ordered_json& day = reader->List(json, "day");
  if (day.size() == 3) {
    const ordered_json parts = {{"y", day[0]}, {"m", day[1]}, {"d", day[2]}};
    history.hours.day = CivilDay(reader->Whole(parts, "y", 1970, 9999),
                                 reader->Whole(parts, "m", 1, 12),
                                 reader->Whole(parts, "d", 1, 31));
  }
  history.hours.hours = reader->Number(reader->Member(json, "instanceHours"),
                                       "instanceHours", kMostHours);
  history.hours.intent_hours = reader->Number(
      reader->Member(json, "intentHours"), "intentHours", kMostHours);
  const ordered_json& seen = reader->Object(json, "opening");
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
  const int indent = layout == HistoryLayout::kDense ? -1 : 1;
  return json.dump(indent, ' ', false, ordered_json::error_handler_t::replace) +
         "\n";
}

Result<History> ReadHistory(std::string_view text) {
  const auto corrupt = [](const std::string& what) {
    return MakeError(ErrorCode::kCorrupt, what, "history");
  };
  if (text.size() > kMaxHistoryBytes) return corrupt("more than 64 MiB");
  const auto json = ordered_json::parse(text, nullptr, false);
  if (!json.is_object()) return corrupt("no JSON object");
  Reader reader;
  const std::int64_t version = reader.Whole(json, "version", 1, INT64_MAX);
  if (!reader.wrong().empty()) return corrupt(reader.wrong());
  if (version > kVersion) {
    return MakeError(ErrorCode::kUnsupported,
                     "version is " + std::to_string(version) +
                         "; this program knows version 1: a later one wrote it",
                     "history");
  }
  History history;
  for (const auto& [key, target] : reader.Object(json, "targets").items()) {
    history.targets[key] = TargetOf(target, &reader);
  }
  for (const auto& [key, policy] : reader.Object(json, "policies").items()) {
    history.policies[key] = PolicyOf(policy, &reader);
  }
  if (!reader.wrong().empty()) return corrupt(reader.wrong());
  return history;
}

}  // namespace prewarm
