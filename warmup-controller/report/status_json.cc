#include "warmup-controller/report/status_json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <tuple>

#include "common/base/utf8.h"
#include "warmup-controller/calendar/instant_text.h"

namespace prewarm {
namespace {

using Json = nlohmann::ordered_json;

std::string Text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json Time(Instant at) { return FormatInstant(at); }

Json Time(const std::optional<Instant>& at) {
  return at ? Time(*at) : Json(nullptr);
}

double Seconds(std::chrono::milliseconds time) {
  return static_cast<double>(time.count()) / 1000;
}

// What a watcher would see change is worth telling, and no more: tenths of a
// second, thousandths of the way.
Json Eta(const TargetStatus& target) {
  const auto seconds = EtaSeconds(target);
  return seconds ? Json(*seconds) : Json(nullptr);
}

Json Progress(const TargetStatus& target) {
  if (!target.progress || !std::isfinite(*target.progress)) return nullptr;
  return std::floor(std::clamp(*target.progress, 0.0, 1.0) * 1000) / 1000;
}

Json ActiveWindows(const PolicyStatus& policy) {
  Json windows = Json::array();
  for (const WindowStatus& window : policy.active) {
    windows.push_back({{"name", window.name},
                       {"opens", Time(window.opens)},
                       {"closes", Time(window.closes)}});
  }
  return windows;
}

Json LastOpening(const PolicyStatus& policy) {
  if (!policy.last_opening) return nullptr;
  const OpeningStatus& opening = *policy.last_opening;
  return {{"due", Time(opening.due)},
          {"asked", opening.asked},
          {"warmAt", Time(opening.warm_at)},
          {"warmSecondsBefore", opening.warm_before.count()},
          {"missed", opening.missed}};
}

Json Intent(const PolicyStatus& policy) {
  if (!policy.intent) return nullptr;
  const IntentStatus& intent = *policy.intent;
  return {{"visitors", intent.visitors},
          {"instances", intent.instances},
          {"ttlSeconds", intent.ttl.count()},
          {"conversion", intent.conversion},
          {"thinkSeconds", Seconds(intent.think)}};
}

// metav1.Condition.
Json Conditions(const PolicyStatus& policy) {
  Json conditions = Json::array();
  for (const Condition& condition : policy.conditions) {
    Json json = {{"type", condition.type},
                 {"status", condition.status ? "True" : "False"},
                 {"reason", condition.reason},
                 {"message", condition.message}};
    if (condition.since) json["lastTransitionTime"] = Time(condition.since);
    conditions.push_back(std::move(json));
  }
  return conditions;
}

Json PolicyJson(const PolicyStatus& policy) {
  return {
      {"namespace", policy.namespace_name},
      {"name", policy.name},
      {"target", {{"kind", policy.target_kind}, {"name", policy.target_name}}},
      {"suspend", policy.suspend},
      {"dryRun", policy.dry_run},
      {"desired", policy.desired},
      {"written", policy.written},
      {"current", policy.current},
      {"warm", policy.warm},
      {"cause", policy.cause},
      {"reason", policy.reason},
      {"causeSince", Time(policy.cause_since)},
      {"activeWindows", ActiveWindows(policy)},
      {"nextTransition", Time(policy.next_transition)},
      {"nextWarmStart", Time(policy.next_warm_start)},
      {"leadTime",
       {{"seconds", policy.lead.count()}, {"samples", policy.lead_samples}}},
      {"lastOpening", LastOpening(policy)},
      {"instanceHours", policy.instance_hours},
      {"instanceHoursPerDay", policy.instance_hours_per_day
                                  ? Json(*policy.instance_hours_per_day)
                                  : Json(nullptr)},
      {"intent", Intent(policy)},
      {"conditions", Conditions(policy)}};
}

Json InstanceJson(const InstanceStatus& instance) {
  return {{"id", instance.id},
          {"url", instance.url},
          {"phase", instance.phase},
          {"since", Time(instance.since)},
          {"failures", instance.failures},
          {"error", instance.error},
          {"provenAt", Time(instance.proven_at)},
          {"inFlight", instance.in_flight}};
}

auto KeyOf(const PolicyStatus& policy) {
  return std::tie(policy.namespace_name, policy.name);
}

bool Contains(const PolicyStatus& policy, const std::string& text) {
  if (text.empty()) return true;
  std::string name = policy.namespace_name;
  name += '/';
  name += policy.name;
  return name.find(text) != std::string::npos;
}

}  // namespace

std::string PolicyStatusJson(const PolicyStatus& policy) {
  return Text(PolicyJson(policy));
}

Result<std::string> PolicyListJson(const ControllerStatus& status,
                                   const PolicyPage& page,
                                   const std::string& refused) {
  std::vector<const PolicyStatus*> rest;
  rest.reserve(status.policies.size());
  const std::size_t slash = page.after.find('/');
  if (!page.after.empty() && slash == std::string::npos) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "continue=" + Quoted(page.after) +
                         ": expected what the page before says in `continue`",
                     "continue");
  }
  const std::string after_namespace = page.after.substr(0, slash);
  const std::string after_name =
      page.after.empty() ? "" : page.after.substr(slash + 1);
  for (const auto& policy : status.policies) {
    const bool follows = page.after.empty() ||
                         KeyOf(*policy) > std::tie(after_namespace, after_name);
    if (follows && Contains(*policy, page.contains)) {
      rest.push_back(policy.get());
    }
  }
  const std::size_t count = std::min(page.limit, rest.size());
  const auto end = rest.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(
      rest.begin(), end, rest.end(),
      [](const auto* a, const auto* b) { return KeyOf(*a) < KeyOf(*b); });
  Json items = Json::array();
  for (auto it = rest.begin(); it != end; ++it) {
    items.push_back(PolicyJson(**it));
  }
  Json json = {{"at", status.at == Instant() ? Json(nullptr) : Time(status.at)},
               {"items", std::move(items)},
               {"continue", nullptr},
               {"refused", refused.empty() ? Json(nullptr) : Json(refused)}};
  if (count > 0 && count < rest.size()) {
    const PolicyStatus& last = *rest[count - 1];
    json["continue"] = last.namespace_name + "/" + last.name;
  }
  return Text(json);
}

std::string TargetStatusJson(const TargetStatus& target, TargetDetail detail) {
  Json json = {{"target", target.namespace_name + "/" + target.name},
               {"state", target.state},
               {"etaSeconds", Eta(target)},
               {"progress", Progress(target)},
               {"warm", target.warm},
               {"desired", target.desired},
               {"current", target.current}};
  if (detail == TargetDetail::kForVisitors) return Text(json);
  json["kind"] = target.kind;
  json["trouble"] = target.trouble;
  const std::size_t count =
      std::min(target.instances.size(), kMaxInstancesInTarget);
  Json instances = Json::array();
  for (std::size_t i = 0; i < count; ++i) {
    instances.push_back(InstanceJson(target.instances[i]));
  }
  json["instances"] = std::move(instances);
  json["instancesLeftOut"] = target.instances.size() - count;
  return Text(json);
}

std::optional<double> EtaSeconds(const TargetStatus& target) {
  if (!target.eta) return std::nullopt;
  const double millis = std::max(static_cast<double>(target.eta->count()), 0.0);
  return std::ceil(millis / 100) / 10;
}

}  // namespace prewarm
