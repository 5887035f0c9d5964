#include <algorithm>

#include "warmup-controller/reconcile/status_of.h"

namespace prewarm {
namespace {

using Phase = Instance::Phase;
using std::chrono::milliseconds;

const char* PhaseName(Phase phase) {
  constexpr const char* kNames[] = {"starting", "cold", "warming", "warm",
                                    "stopping"};
  return kNames[static_cast<int>(phase)];
}

InstanceStatus StatusOf(const Instance& instance, const InstanceFacts& facts) {
  InstanceStatus status;
  status.id = instance.id;
  status.url = UrlOf(facts.seen, "");
  status.phase = PhaseName(instance.phase);
  status.since = instance.since;
  status.failures = instance.failures;
  status.error = facts.error;
  if (instance.phase == Phase::kWarm) status.proven_at = instance.proven_at;
  status.in_flight = instance.in_flight;
  return status;
}

// Until an instance of which nothing but its age is known is warm, by what the
// starts before it took: half of them were faster; of those that have not been,
// most were soon after. Beyond, nothing is known.
std::optional<milliseconds> TypicalRest(const TargetTrack& target,
                                        milliseconds age) {
  constexpr milliseconds kLeast{500};
  const PolicyTrack* const leader = target.Leader();
  const int parallelism =
      leader == nullptr ? 1 : leader->policy().warmup.parallelism;
  for (const double share : {0.5, 0.9, 0.99}) {
    const milliseconds whole =
        target.model.Quantile(1, std::max(1, parallelism), share);
    if (whole > age) return std::max(whole - age, kLeast);
  }
  return std::nullopt;
}

// What the instance says itself is better than what others took.
std::optional<milliseconds> RestOf(const TargetTrack& target, std::size_t index,
                                   Instant now) {
  const Instance& instance = target.table.instances()[index];
  if (instance.phase == Phase::kStopping) return std::nullopt;
  if (target.table.facts(index).eta) return target.table.facts(index).eta;
  const milliseconds age =
      std::max<milliseconds>(now - instance.since, milliseconds(0));
  return TypicalRest(target, age);
}

}  // namespace

TargetStatus StatusOf(const TargetTrack& target, Instant now) {
  TargetStatus status;
  status.namespace_name = target.key.namespace_name;
  status.kind = target.key.kind;
  status.name = target.key.name;
  status.desired = target.told.value_or(0);
  status.current = target.table.existing();
  status.warm = target.table.warm();
  status.trouble = target.Trouble();
  bool warming = false;
  bool starting = false;
  bool failed = false;
  const auto& instances = target.table.instances();
  status.instances.reserve(instances.size());
  for (std::size_t i = 0; i < instances.size(); ++i) {
    const Instance& one = instances[i];
    const InstanceFacts& facts = target.table.facts(i);
    status.instances.push_back(StatusOf(one, facts));
    if (one.phase == Phase::kStopping) continue;
    const int setbacks = one.failures + one.lapses;
    warming = warming || one.phase == Phase::kWarming;
    starting = starting || one.phase == Phase::kStarting ||
               (one.phase == Phase::kCold && setbacks == 0);
    failed = failed || (one.phase == Phase::kCold && setbacks > 0);
    const auto rest = RestOf(target, i, now);
    if (rest) status.eta = std::min(*rest, status.eta.value_or(*rest));
    if (facts.progress) {
      status.progress = std::max(*facts.progress, status.progress.value_or(0));
    }
  }
  if (status.warm > 0) {
    status.state = "ready";
    status.eta.reset();
    status.progress.reset();
  } else if (warming) {
    status.state = "warming";
  } else if (starting) {
    status.state = "starting";
  } else if (failed || (status.desired > 0 && !status.trouble.empty())) {
    status.state = "failed";
    status.eta.reset();
  } else {
    status.state = "cold";
    status.eta = TypicalRest(target, milliseconds(0));
  }
  return status;
}

}  // namespace prewarm
