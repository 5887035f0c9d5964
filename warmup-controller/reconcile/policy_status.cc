#include <algorithm>

#include "warmup-controller/calendar/instant_text.h"
#include "warmup-controller/decide/demand.h"
#include "warmup-controller/decide/intent_demand.h"
#include "warmup-controller/decide/pre_warming.h"
#include "warmup-controller/policy/duration.h"
#include "warmup-controller/reconcile/status_of.h"

namespace prewarm {
namespace {

std::string WindowName(const Policy& policy, const FloorNow& floor) {
  return floor.window ? policy.windows[*floor.window].name : "";
}

std::string CamelReason(Cause cause) {
  constexpr const char* kReasons[] = {
      "Minimum",   "WindowOpen", "Override", "Bridge",      "WarmStart",
      "KeepAlive", "Intent",     "InFlight", "BudgetSpent", "Suspended"};
  return kReasons[static_cast<int>(cause)];
}

Condition Warmth(const PolicyStatus& status) {
  Condition warm;
  warm.type = "Warm";
  warm.status = status.desired > 0 && status.warm >= status.desired;
  warm.reason = status.desired == 0 ? "NothingAsked"
                : warm.status       ? "Verified"
                                    : "NotYetVerified";
  warm.message = std::to_string(status.warm) + " of " +
                 std::to_string(status.desired) + " are warm";
  return warm;
}

// A start takes a while in which nobody listens; longer, and it is worth a
// look.
bool IsSilent(const Instance& instance, const InstanceFacts& facts,
              Instant now) {
  constexpr std::chrono::seconds kPatience{30};
  return instance.phase == Instance::Phase::kStarting && !facts.error.empty() &&
         now - instance.since >= kPatience;
}

Condition Degradation(const TargetTrack& target, const FloorNow& floor,
                      Instant now) {
  Condition degraded;
  degraded.type = "Degraded";
  degraded.status = true;
  if (!target.write_error.empty()) {
    degraded.reason = "ScaleFailed";
    degraded.message = target.write_error;
    return degraded;
  }
  if (!target.Trouble().empty()) {
    degraded.reason = "TargetTrouble";
    degraded.message = target.Trouble();
    return degraded;
  }
  const auto& instances = target.table.instances();
  for (std::size_t i = 0; i < instances.size(); ++i) {
    const InstanceFacts& facts = target.table.facts(i);
    const bool silent = IsSilent(instances[i], facts, now);
    const bool failed = instances[i].failures > 0;
    if (!failed && instances[i].lapses == 0 && !silent) continue;
    degraded.reason = silent   ? "NoAnswer"
                      : failed ? "WarmupFailed"
                               : "NotReady";
    degraded.message =
        instances[i].id + ": " +
        (facts.error.empty() ? "it proved itself, and did not stay warm"
                             : facts.error);
    return degraded;
  }
  if (floor.cause == Cause::kBudget) {
    degraded.reason = "BudgetSpent";
    degraded.message = "the instance-hours of the day are spent";
    return degraded;
  }
  degraded.status = false;
  degraded.reason = "AsExpected";
  return degraded;
}

// That of the forecast; further away, where it would be with today's lead.
std::optional<Instant> NextWarmStart(const PolicyTrack& policy, Instant now) {
  if (policy.forecast() == nullptr) return std::nullopt;
  const auto soon = policy.forecast()->NextWarmStart(now);
  if (soon) return soon;
  constexpr int kFarEnough = 16;
  Instant at = policy.forecast()->until();
  int floor = policy.schedule().At(at).floor;
  for (int i = 0; i < kFarEnough; ++i) {
    const auto next = policy.schedule().NextTransition(at);
    if (!next) return std::nullopt;
    at = *next;
    const int asked = policy.schedule().At(at).floor;
    if (asked > floor) return at - policy.lead()(asked);
    floor = asked;
  }
  return std::nullopt;
}

std::vector<WindowStatus> ActiveWindows(const PolicyTrack& policy,
                                        Instant now) {
  const ScheduleState state = policy.schedule().At(now);
  std::vector<WindowStatus> active;
  active.reserve(state.active.size());
  for (const ActiveWindow& window : state.active) {
    active.push_back({policy.policy().windows[window.window].name, window.opens,
                      window.closes});
  }
  return active;
}

}  // namespace

int InstancesFor(const IntentTally& tally, double service_seconds) {
  IntentStats stats;
  stats.conversion = tally.conversion;
  if (tally.think_mean.count() > 0) {
    stats.think_seconds =
        std::chrono::duration<double>(tally.think_mean).count();
  }
  stats.service_seconds = service_seconds;
  return InstancesForIntents(tally.visitors, stats);
}

std::string FloorReason(const Policy& policy, const FloorNow& floor) {
  const std::string window = WindowName(policy, floor);
  switch (floor.cause) {
    case Cause::kMinimum:
      return floor.floor == 0 ? "nothing is asked for"
                              : "replicas.min asks for it";
    case Cause::kWindow:
      return window + " is open";
    case Cause::kOverride:
      return policy.override_floor
                 ? "the override asks for it until " +
                       DateAndTime(policy.override_floor->until)
                 : "an override asks for it";
    case Cause::kBridge:
      return "to keep them until " + (window.empty() ? "they are" : window) +
             (window.empty() ? " needed" : " opens") +
             " costs less than to start anew";
    case Cause::kWarmStart:
      return (window.empty() ? "more is asked for" : window + " opens") +
             (floor.due ? " at " + DateAndTime(*floor.due) : "");
    case Cause::kKeepAlive:
      return (window.empty() ? "less is asked for" : window + " has closed") +
             "; scaleDown.delay " + FormatDuration(policy.scale_down.delay);
    case Cause::kIntent:
      return "visitors are about to upload";
    case Cause::kInFlight:
      return "requests are being worked on";
    case Cause::kBudget:
      return "the instance-hours of the day are spent";
    case Cause::kSuspended:
      return "spec.suspend is true: nothing is done";
  }
  return "";
}

void KeepTransitions(const PolicyStatus* before, Instant now,
                     PolicyStatus* status) {
  for (Condition& condition : status->conditions) {
    condition.since = now;
    if (before == nullptr) continue;
    for (const Condition& old : before->conditions) {
      if (old.type == condition.type && old.status == condition.status) {
        condition.since = old.since;
      }
    }
  }
}

PolicyStatus StatusOf(const PolicyTrack& track, const TargetTrack& target,
                      const std::optional<IntentTally>& tally, Instant now) {
  const Policy& policy = track.policy();
  const FloorNow& floor = track.decision().floor;
  PolicyStatus status;
  status.namespace_name = policy.namespace_name;
  status.name = policy.name;
  status.target_kind = policy.target.kind;
  status.target_name = policy.target.name;
  status.suspend = policy.suspend;
  status.dry_run = policy.dry_run;
  status.desired = floor.floor;
  if (track.written() && !policy.dry_run) {
    status.written = track.written()->floor;
  }
  status.current = target.table.existing();
  status.warm = target.table.warm();
  status.cause = CauseName(floor.cause);
  status.reason = FloorReason(policy, floor);
  status.cause_since = track.cause_since();
  status.active = ActiveWindows(track, now);
  status.next_transition = track.schedule().NextTransition(now);
  status.next_warm_start = NextWarmStart(track, now);
  if (track.lead()) status.lead = track.lead()(MostAsked(policy));
  status.lead_samples = target.model.observations();
  if (track.opening()) {
    const Opening& opening = *track.opening();
    status.last_opening =
        OpeningStatus{opening.due, opening.asked, opening.warm_at,
                      WarmBefore(opening, now), opening.missed};
  }
  status.day = track.hours().known().day;
  status.intent_hours = track.hours().known().intent_hours;
  status.instance_hours = track.hours().known().hours;
  status.instance_hours_per_day = policy.instance_hours_per_day;
  if (tally) {
    status.intent = IntentStatus{
        tally->visitors, InstancesFor(*tally, target.service_seconds),
        tally->ttl, tally->conversion, tally->think_median};
  }
  Condition accepted;
  accepted.type = "Accepted";
  accepted.status = true;
  accepted.reason = "Valid";
  Condition active;
  active.type = "Active";
  active.status = floor.floor > 0;
  active.reason = CamelReason(floor.cause);
  active.message = status.reason;
  status.conditions = {accepted, active, Warmth(status)};
  for (const TargetNote& note : target.notes) {
    status.conditions.push_back(
        {note.condition, true, note.reason, note.message, std::nullopt});
  }
  status.conditions.push_back(Degradation(target, floor, now));
  return status;
}

}  // namespace prewarm
