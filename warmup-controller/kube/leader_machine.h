// Who leads, out of what was seen of a Lease and when. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "common/base/clock.h"
#include "warmup-controller/kube/lease.h"

namespace prewarm::kube {

// lease > renew_deadline > retry: who lost must know before another begins.
struct LeaderTimes {
  std::chrono::milliseconds lease{15000};
  std::chrono::milliseconds renew_deadline{10000};
  std::chrono::milliseconds retry{2000};
};

enum class LeaderAction {
  kWait,   // another holds it
  kWrite,  // take it, or renew it
};

// Another's lease has expired when its record was not *seen* to change for its
// duration, by our steady clock: clocks of machines differ. Not thread-safe.
class LeaderMachine {
 public:
  // `id` is of this start of this process alone.
  LeaderMachine(std::string id, LeaderTimes times)
      : id_(std::move(id)), times_(times) {}

  // Read at `now`.
  LeaderAction Saw(const LeaseView& lease, SteadyTime now);
  // There is none.
  LeaderAction SawNone();
  // Ours was written; `asked` is when that call began, so that we know of our
  // end before all others do.
  void Wrote(const LeaseView& lease, SteadyTime asked);
  // No longer ours, by our own wish.
  void Released() { renewed_.reset(); }

  bool Leads(SteadyTime now) const;
  // Until when, unless it is renewed; nothing where we do not lead.
  std::optional<SteadyTime> LeadsUntil() const;
  std::string holder() const { return seen_ ? seen_->holder : ""; }
  const std::string& id() const { return id_; }
  const LeaderTimes& times() const { return times_; }

 private:
  std::chrono::milliseconds DurationOf(const LeaseView& lease) const;

  const std::string id_;
  const LeaderTimes times_;
  std::optional<LeaseView> seen_;
  SteadyTime changed_;                 // when seen_ was first seen
  std::optional<SteadyTime> renewed_;  // while it is ours
};

}  // namespace prewarm::kube
