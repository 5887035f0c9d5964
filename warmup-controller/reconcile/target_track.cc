#include "warmup-controller/reconcile/target_track.h"

#include <algorithm>

#include "common/base/backoff.h"

namespace prewarm {
namespace {

using Phase = Instance::Phase;

constexpr std::chrono::milliseconds kObserveEagerly{250};
constexpr std::chrono::milliseconds kObserveCalmly{1000};
constexpr std::chrono::seconds kFirstWriteRetry{1};
constexpr std::chrono::seconds kLongestWriteRetry{64};

bool Moves(const InstanceTable& table) {
  return std::any_of(table.instances().begin(), table.instances().end(),
                     [](const Instance& one) {
                       return one.phase == Phase::kStarting ||
                              one.phase == Phase::kStopping;
                     });
}

}  // namespace

TargetTrack::News TargetTrack::Observe(Instant now, SteadyTime steady) {
  TargetView view = target->Observe();
  if (table.See(view.instances, now)) dirty = true;
  if (trouble != view.trouble) dirty = true;
  trouble = std::move(view.trouble);
  if (unknown != view.unknown) dirty = true;
  unknown = view.unknown;
  standing = view.standing;
  if (notes != view.notes) dirty = true;
  notes = std::move(view.notes);
  const bool short_of = told && table.existing() < *told;
  const bool soon = Moves(table) || short_of || view.hurried;
  next_observe = OnGrid(steady + (soon ? kObserveEagerly : kObserveCalmly));
  return {std::move(view.news), std::move(view.writes)};
}

void TargetTrack::Learn(const std::vector<Makespan>& makespans) {
  if (makespans.empty()) return;
  for (const Makespan& makespan : makespans) model.Add(makespan);
  for (PolicyTrack* policy : policies) policy->DropForecast();
  dirty = true;
}

PolicyTrack* TargetTrack::Leader() const {
  PolicyTrack* leader = nullptr;
  int most = 0;
  for (PolicyTrack* policy : policies) {
    const auto claim = policy->Claim();
    if (!claim || (leader != nullptr && *claim <= most)) continue;
    leader = policy;
    most = *claim;
  }
  return leader;
}

PolicyTrack* TargetTrack::Carer() const {
  PolicyTrack* const leader = Leader();
  if (leader != nullptr && leader->decision().acts) return leader;
  const auto proves = std::find_if(
      policies.begin(), policies.end(),
      [](const auto* policy) { return policy->policy().only_proves; });
  return proves == policies.end() ? nullptr : *proves;
}

std::optional<int> TargetTrack::Wanted() const {
  const PolicyTrack* leader = Leader();
  return leader == nullptr ? std::nullopt : leader->Claim();
}

bool TargetTrack::MayFallBefore(Instant then) const {
  if (NeedsWrite()) return true;
  return std::any_of(
      policies.begin(), policies.end(), [&](const PolicyTrack* policy) {
        const FloorNow& floor = policy->decision().floor;
        const bool for_others =
            floor.cause == Cause::kInFlight || floor.cause == Cause::kIntent;
        return for_others || (floor.floor > 0 && floor.until <= then);
      });
}

std::optional<int> TargetTrack::Rehearsed() const {
  std::optional<int> most;
  for (const PolicyTrack* policy : policies) {
    if (policy->Claim()) return std::nullopt;
    if (!policy->policy().dry_run || policy->policy().suspend) continue;
    most = std::max(most.value_or(0), policy->decision().floor.floor);
  }
  return most;
}

int TargetTrack::InstancesOf(const PolicyTrack& policy) const {
  const int all = static_cast<int>(table.instances().size());
  if (policy.key() == payer) return all;
  const int claim = policy.Claim().value_or(0);
  return std::min(claim, all);
}

bool TargetTrack::NeedsWrite() const {
  const auto wanted = Wanted();
  return wanted && told != wanted && !unknown;
}

void TargetTrack::SettleNothing() {
  if (told || unknown || Wanted() != 0) return;
  if (!table.instances().empty()) return;
  // It is there already; from now on another number is somebody else's.
  (void)target->Scale(0, {});
  told = 0;
}

void TargetTrack::Tell() {
  std::vector<InstanceTold> all;
  all.reserve(table.instances().size());
  for (std::size_t i = 0; i < table.instances().size(); ++i) {
    const Instance& one = table.instances()[i];
    const InstanceFacts& facts = table.facts(i);
    all.push_back({one.id, one.phase == Phase::kWarm, one.failures, one.lapses,
                   facts.is_ready, facts.process, facts.error, one.in_flight});
  }
  target->Tell(all);
}

std::string TargetTrack::Trouble() const {
  if (!write_error.empty()) return write_error;
  return told && table.warm() >= *told ? "" : trouble;
}

Status TargetTrack::Write(Instant now, SteadyTime steady) {
  const PolicyTrack* const leader = Leader();
  const int wanted = leader->Claim().value_or(0);
  const int missing = wanted - std::max(table.existing(), standing);
  Status done = target->Scale(wanted, table.Dispensable());
  next_observe = steady;
  if (!done.ok()) {
    ++failed_writes;
    retry =
        steady + Backoff(kFirstWriteRetry, kLongestWriteRetry, failed_writes);
    write_error = done.error().message;
    return done;
  }
  failed_writes = 0;
  write_error.clear();
  Learn(rises.GivenUp(wanted, steady));
  rises.Raised(wanted, missing, leader->policy().warmup.parallelism, steady);
  told = wanted;
  waits_since.reset();
  if (wanted > 0) payer = leader->key();
  for (PolicyTrack* policy : policies) policy->Told(now);
  return done;
}

}  // namespace prewarm
