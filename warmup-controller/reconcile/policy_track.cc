#include "warmup-controller/reconcile/policy_track.h"

#include <algorithm>
#include <utility>

#include "warmup-controller/decide/demand.h"

namespace prewarm {
namespace {

// A forecast is worth much more than a look, and what is learned meanwhile
// should not make much of it void.
constexpr std::chrono::hours kHorizon{24};
// So that the hours that are told are not old.
constexpr std::chrono::minutes kLookAtLeast{1};

}  // namespace

PolicyTrack::PolicyTrack(PolicySetup setup)
    : policy_(std::move(setup.policy)),
      key_(policy_.namespace_name + "/" + policy_.name),
      schedule_(std::make_shared<const Schedule>(policy_, setup.holidays)),
      known_since_(setup.since) {}

void PolicyTrack::Continue(const PolicyTrack& before) {
  written_ = before.written_;
  opening_ = before.opening_;
  known_since_ = before.known_since_;
  judged_ = before.judged_;
  decision_ = before.decision_;
  cause_since_ = before.cause_since_;
  hours_ = before.hours_;
}

std::vector<Instant> PolicyTrack::Dues(Instant now) const {
  // What opens soon after the horizon begins to start within it.
  const Instant until = now + kHorizon + policy_.lead_time.max;
  std::vector<Instant> dues;
  int floor = 0;
  for (const Demand& demand : DemandOver(policy_, *schedule_, now, until)) {
    if (demand.floor > floor && demand.begin > now) {
      dues.push_back(demand.begin);
    }
    floor = demand.floor;
  }
  return dues;
}

bool PolicyTrack::NeedsForecast(Instant now) const {
  return !forecast_ || !forecast_->Covers(now);
}

void PolicyTrack::MakeForecast(const MakespanModel& model,
                               const LeadOverheads& overheads, Instant now) {
  lead_ = LeadTimes(policy_, model, overheads);
  forecast_.emplace(policy_, *schedule_, lead_, now, now + kHorizon);
}

std::shared_ptr<const Outlook> PolicyTrack::OutlookBy(
    const MakespanModel& model, const LeadOverheads& overheads) const {
  return std::make_shared<const Outlook>(
      Outlook{policy_, schedule_, model, overheads});
}

const Decision& PolicyTrack::Look(const Surroundings& around) {
  Observed observed;
  observed.instances = around.instances;
  observed.written = written_;
  observed.intents = around.intents;
  observed.intents_until = around.intents_until;
  observed.instance_hours = hours_.known().hours;
  observed.intent_hours = hours_.known().intent_hours;
  observed.replacements = around.replacements;
  observed.replaced_at = around.replaced_at;
  if (!known_since_) known_since_ = around.now;
  const Cause before = decision_.floor.cause;
  decision_ = Decide(policy_, *forecast_, observed, around.now);
  next_ = std::min(decision_.next, around.now + kLookAtLeast);
  if (decision_.floor.cause != before || cause_since_ == Instant()) {
    cause_since_ = around.now;
  }
  WatchOpening(around);
  return decision_;
}

// Since when so many are asked for, if that is longer than a forecast looks
// back.
std::optional<Instant> PolicyTrack::LongSince(int asked, Instant now) const {
  if (opening_ && opening_->asked == asked) return opening_->due;
  std::optional<Instant> latest;
  for (const ActiveWindow& window : schedule_->At(now).active) {
    if (!window.opens) continue;
    latest = std::max(*window.opens, latest.value_or(*window.opens));
  }
  return latest;
}

void PolicyTrack::WatchOpening(const Surroundings& around) {
  const FloorNow& floor = decision_.floor;
  std::optional<Instant> due = floor.asked_since;
  int asked = floor.asked;
  if (floor.due) {
    due = floor.due;
    asked = floor.floor;
  } else if (!due && asked > 0) {
    due = LongSince(asked, around.now);
  }
  // Open before anybody followed the policy: neither in time nor late.
  if (due && *due < *known_since_) due.reset();
  const auto seen = Watch(opening_, due, asked, around.warm, around.soonest);
  const bool is_over = opening_ && (!seen || seen->due != opening_->due);
  // One that never came about is none.
  if (is_over && around.now >= opening_->due) Judge(around.now);
  opening_ = seen;
  if (seen && seen->warm_at && around.now >= seen->due) Judge(around.now);
}

void PolicyTrack::Judge(Instant now) {
  if (std::exchange(opening_->judged, true)) return;
  judged_.push_back({*opening_, WarmBefore(*opening_, now)});
}

std::vector<Judged> PolicyTrack::TakeJudged() {
  return std::exchange(judged_, {});
}

void PolicyTrack::Told(Instant now) {
  written_ = Written(decision_, written_, now);
}

std::optional<int> PolicyTrack::Claim() const {
  if (policy_.dry_run || policy_.only_proves) return std::nullopt;
  if (policy_.suspend) {
    return written_ ? std::optional(written_->floor) : std::nullopt;
  }
  return decision_.floor.floor;
}

}  // namespace prewarm
