#include "warmup-controller/operate/status_object.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "warmup-controller/calendar/instant_text.h"
#include "warmup-controller/kube/json_text.h"
#include "warmup-controller/policy/dates.h"

namespace prewarm {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxMessage =
    1024;  // of events; conditions may be longer

json Time(const std::optional<Instant>& at) {
  return at ? json(FormatInstant(*at)) : json(nullptr);
}

json ConditionObject(const Condition& condition, std::int64_t generation) {
  const std::string reason =
      condition.reason.empty() ? "Unknown" : condition.reason;
  // Servers before 1.21 take an empty text for none, and refuse it.
  const std::string& message =
      condition.message.empty() ? reason : condition.message;
  return {{"type", condition.type},
          {"status", condition.status ? "True" : "False"},
          {"observedGeneration", generation},
          {"lastTransitionTime",
           FormatInstant(condition.since.value_or(Instant()))},
          {"reason", reason},
          {"message", message.substr(0, kMaxMessage)}};
}

json OpeningObject(const PolicyStatus& status) {
  if (!status.last_opening) return nullptr;
  const OpeningStatus& opening = *status.last_opening;
  json object = {{"due", FormatInstant(opening.due)},
                 {"asked", opening.asked},
                 {"missed", opening.missed},
                 {"warmAt", Time(opening.warm_at)},
                 {"warmSecondsBefore", nullptr}};
  // How late it is so far would change every second.
  if (opening.warm_at) {
    object["warmSecondsBefore"] = opening.warm_before.count();
  }
  return object;
}

json Hours(const PolicyStatus& status) {
  // No policy is older; a day that is none means that nothing was counted.
  if (status.day < CivilDay(2000)) return nullptr;
  const auto rounded = [](double hours) {
    constexpr double kPlaces = 1000;
    return std::isfinite(hours) ? std::round(hours * kPlaces) / kPlaces : 0;
  };
  return {{"day", FormatDates({status.day, status.day + 1})},
          {"hours", rounded(status.instance_hours)},
          {"intentHours", rounded(status.intent_hours)}};
}

json Mark(const std::optional<FloorMark>& mark) {
  return mark ? json::parse(MarkText(*mark), nullptr, false) : json(nullptr);
}

// As a merge patch leaves it.
void DropNulls(json* object) {
  for (auto it = object->begin(); it != object->end();) {
    if (it->is_object()) DropNulls(&*it);
    it = it->is_null() ? object->erase(it) : std::next(it);
  }
}

}  // namespace

json StatusObject(const PolicyStatus& status, const StatusExtras& extras) {
  json windows = json::array();
  for (const WindowStatus& window : status.active) {
    json one = {{"name", window.name}};
    if (window.opens) one["opens"] = FormatInstant(*window.opens);
    if (window.closes) one["closes"] = FormatInstant(*window.closes);
    windows.push_back(std::move(one));
  }
  json conditions = json::array();
  for (const Condition& condition : status.conditions) {
    conditions.push_back(ConditionObject(condition, extras.generation));
  }
  json instances = json::array();
  for (const InstanceStatus& one : extras.instances) {
    if (instances.size() == kMaxInstancesInStatus) break;
    json instance = {{"name", one.id},
                     {"phase", one.phase},
                     {"since", FormatInstant(one.since)}};
    if (!one.error.empty()) {
      instance["error"] = one.error.substr(0, kMaxMessage);
    }
    instances.push_back(std::move(instance));
  }
  return {
      {"observedGeneration", extras.generation},
      {"desired", status.desired},
      {"current", status.current},
      {"warm", status.warm},
      {"cause", status.cause},
      {"reason", status.reason},
      {"activeWindows", std::move(windows)},
      {"nextTransition", Time(status.next_transition)},
      {"nextWarmStart", Time(status.next_warm_start)},
      {"leadTime",
       {{"seconds", status.lead.count()}, {"samples", status.lead_samples}}},
      {"lastOpening", OpeningObject(status)},
      {"instanceHours", Hours(status)},
      {"scale", Mark(extras.mark)},
      {"instances", std::move(instances)},
      {"conditions", std::move(conditions)}};
}

json RefusedStatus(std::int64_t generation, const std::string& reason,
                   const std::string& message, Instant since) {
  Condition accepted;
  accepted.type = "Accepted";
  accepted.reason = reason;
  accepted.message = message;
  accepted.since = since;
  json status = {
      {"observedGeneration", generation},
      {"conditions", json::array({ConditionObject(accepted, generation)})}};
  // Of who was there before. What was, and what it still holds, is so.
  for (const char* const name :
       {"activeWindows", "cause", "current", "desired", "instances", "leadTime",
        "nextTransition", "nextWarmStart", "reason", "warm"}) {
    status[name] = nullptr;
  }
  return status;
}

void KeepConditionTimes(const json& before, json* status) {
  if (!before.is_array() || !At(*status, {"conditions"}).is_array()) return;
  for (json& condition : (*status)["conditions"]) {
    for (const json& old : before) {
      const json& since = At(old, {"lastTransitionTime"});
      if (since.is_string() && At(old, {"type"}) == At(condition, {"type"}) &&
          At(old, {"status"}) == At(condition, {"status"})) {
        condition["lastTransitionTime"] = since;
      }
    }
  }
}

std::string Essence(json status) {
  if (!status.is_object()) return "{}";
  if (At(status, {"conditions"}).is_array()) {
    for (json& condition : status["conditions"]) {
      if (condition.is_object()) condition.erase("lastTransitionTime");
    }
  }
  // They are told when something else is.
  status.erase("instanceHours");
  DropNulls(&status);
  return kube::WriteJson(status);
}

}  // namespace prewarm
