// One target from one look to the next: its instances, what it was told, and
// what has been learned of its starts.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "warmup-controller/decide/makespan.h"
#include "warmup-controller/reconcile/instance_table.h"
#include "warmup-controller/reconcile/policy_track.h"
#include "warmup-controller/reconcile/rise_meter.h"
#include "warmup-controller/reconcile/target_key.h"
#include "warmup-controller/targets/target.h"

namespace prewarm {

// Only the loop's thread uses it; public fields are the loop's notes.
struct TargetTrack {
  TargetTrack(TargetKey named, std::shared_ptr<Target> scaled)
      : key(std::move(named)), target(std::move(scaled)) {}

  struct News {
    std::vector<std::string> lines;  // worth a line of a log
    std::vector<FloorWrite> writes;
  };
  // Sees what there is; what has changed makes it `dirty`.
  News Observe(Instant now, SteadyTime steady);
  // A makespan was learned, or given up.
  void Learn(const std::vector<Makespan>& makespans);
  // The highest claim of its policies: nothing where none claims anything.
  std::optional<int> Wanted() const;
  // What those of a dry run would want, where nobody else wants anything.
  std::optional<int> Rehearsed() const;
  // Of the policies with the highest claim the first one.
  PolicyTrack* Leader() const;
  // Whose instances they are to be called for: the leader, if it acts, else one
  // that only proves.
  PolicyTrack* Carer() const;
  // By whose rules they are looked at; nullptr: they are left alone.
  PolicyTrack* Looker() const {
    PolicyTrack* const leader = Leader();
    return leader != nullptr ? leader : Carer();
  }
  // Instances may be let go of by then, if nobody changes what is declared.
  bool MayFallBefore(Instant then) const;
  // Instances of this policy's account: all of them for who wanted the most
  // last, for others no more than they ask for.
  int InstancesOf(const PolicyTrack& policy) const;
  // Raises are told apart from falls, and known from when on they wait.
  bool NeedsWrite() const;
  // Where there is nothing and nothing is wanted, nothing has to be told.
  void SettleNothing();
  Status Write(Instant now, SteadyTime steady);
  // What is known of the instances, to the target.
  void Tell();
  // What keeps it from what it was told; "" where as many are warm. An exit
  // that another start has made good is no trouble any more.
  std::string Trouble() const;

  const TargetKey key;
  const std::shared_ptr<Target> target;
  std::vector<PolicyTrack*> policies;  // by key
  InstanceTable table;
  MakespanModel model;
  RiseMeter rises;
  std::optional<int> told;
  std::optional<Instant> waits_since;  // for its write
  SteadyTime retry{};                  // of a write that failed
  int failed_writes = 0;
  std::string write_error;
  std::string trouble;
  bool unknown = false;  // see TargetView
  int standing = 0;
  std::vector<TargetNote> notes;
  int replacements = 0;
  std::optional<Instant> replaced_at;
  std::string payer;  // who wanted the most last
  double service_seconds = 1;
  bool dirty = true;  // has to be decided anew
  SteadyTime next_observe{};
  SteadyTime next_visit{};  // nothing of it is due before
};

}  // namespace prewarm
