#include "warmup-controller/kube/leader_machine.h"

#include <algorithm>

namespace prewarm::kube {
namespace {

constexpr int kMaxDurationSeconds = 3600;

}  // namespace

LeaderAction LeaderMachine::Saw(const LeaseView& lease, SteadyTime now) {
  if (!seen_ || !(*seen_ == lease)) {
    seen_ = lease;
    changed_ = now;
  }
  if (lease.holder == id_) return LeaderAction::kWrite;
  renewed_.reset();
  if (lease.holder.empty() || now - changed_ >= DurationOf(lease)) {
    return LeaderAction::kWrite;
  }
  return LeaderAction::kWait;
}

LeaderAction LeaderMachine::SawNone() {
  // Someone has deleted it, which takes it from nobody by itself: what we hold
  // ends at its deadline.
  seen_.reset();
  return LeaderAction::kWrite;
}

void LeaderMachine::Wrote(const LeaseView& lease, SteadyTime asked) {
  seen_ = lease;
  changed_ = asked;
  renewed_ = asked;
}

bool LeaderMachine::Leads(SteadyTime now) const {
  return renewed_ && now - *renewed_ < times_.renew_deadline;
}

std::optional<SteadyTime> LeaderMachine::LeadsUntil() const {
  if (!renewed_) return std::nullopt;
  return *renewed_ + times_.renew_deadline;
}

std::chrono::milliseconds LeaderMachine::DurationOf(
    const LeaseView& lease) const {
  // What its holder promised; it may be configured in another way than we are.
  if (lease.duration_seconds <= 0) return times_.lease;
  return std::chrono::seconds(
      std::min(lease.duration_seconds, kMaxDurationSeconds));
}

}  // namespace prewarm::kube
