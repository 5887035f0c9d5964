#include "warmup-controller/simulate/policy_scaler.h"

#include <algorithm>

#include "warmup-controller/decide/lead_time.h"

namespace prewarm {

PolicyScaler::PolicyScaler(const Policy& policy, const Schedule& schedule,
                           Moment idle_timeout,
                           const std::vector<IntentStep>& intents, Moment end)
    : policy_(policy),
      schedule_(schedule),
      idle_timeout_(idle_timeout),
      end_(end),
      intents_(intents) {}

Moment PolicyScaler::NextLook() const {
  if (!policy_.intent.enabled || next_intent_ == intents_.size()) return next_;
  return std::min(next_, intents_[next_intent_].at);
}

void PolicyScaler::HearIntents(Moment now) {
  while (next_intent_ < intents_.size() && intents_[next_intent_].at <= now) {
    observed_.intents = intents_[next_intent_].instances;
    ++next_intent_;
  }
}

int PolicyScaler::Floor(const FleetView& fleet) {
  const Instant now = InstantOf(fleet.now);
  if (!began_) began_ = now;
  Learn(fleet);
  CountHours(fleet);
  HearIntents(fleet.now);
  const Decision decision = Decide(policy_, ForecastAt(now), observed_, now);
  const int exist = fleet.warm + fleet.starting;
  const int before = observed_.written ? observed_.written->floor : 0;
  if (decision.floor.floor > std::max(before, exist)) {
    rise_ = Rise{fleet.now, decision.floor.floor, decision.floor.floor - exist};
  }
  WatchOpenings(fleet, decision.floor);
  observed_.written = Written(decision, observed_.written, now);
  next_ = MomentOf(decision.next);
  return decision.floor.floor;
}

const Forecast& PolicyScaler::ForecastAt(Instant now) {
  // Long enough that computing it is nothing beside the looks, short enough
  // that what has been learned does not make much of it void.
  constexpr std::chrono::hours kDay{24};
  if (!forecast_ || !forecast_->Covers(now)) {
    forecast_.emplace(policy_, schedule_, LeadTimes(policy_, model_), now,
                      now + kDay);
  }
  return *forecast_;
}

void PolicyScaler::CountHours(const FleetView& fleet) {
  const CivilDay today(policy_.zone.MinuteAt(InstantOf(fleet.now)));
  if (today != day_) {
    day_ = today;
    seconds_before_today_ = fleet.instance_seconds;
    observed_.intent_hours = 0;
  } else if (observed_.written && observed_.written->cause == Cause::kIntent) {
    observed_.intent_hours += observed_.written->floor *
                              static_cast<double>(fleet.now - counted_until_) /
                              kSecond / 3600;
  }
  counted_until_ = fleet.now;
  observed_.instance_hours =
      (fleet.instance_seconds - seconds_before_today_) / 3600;
}

void PolicyScaler::Learn(const FleetView& fleet) {
  if (!rise_ || fleet.warm < rise_->floor) return;
  // They were warm when the replay began: nobody saw how long they took.
  if (fleet.now == rise_->at) return rise_.reset();
  Makespan makespan;
  makespan.instances = std::max(1, rise_->missing);
  makespan.parallelism = policy_.warmup.parallelism;
  makespan.took = std::chrono::milliseconds((fleet.now - rise_->at) / 1000);
  model_.Add(makespan);
  forecast_.reset();
  rise_.reset();
}

void PolicyScaler::WatchOpenings(const FleetView& fleet,
                                 const FloorNow& floor) {
  std::optional<Instant> due = floor.asked_since;
  int asked = floor.asked;
  if (floor.due) {
    due = floor.due;
    asked = floor.floor;
  }
  const Instant now = InstantAfter(fleet.now);
  const auto seen = Watch(opening_, due, asked, fleet.warm, now);
  const bool is_new = seen && (!opening_ || opening_->due != seen->due ||
                               opening_->asked < seen->asked);
  // What is over is judged by what was seen of it; what opened before the
  // replay began was not.
  if (opening_ && (!seen || is_new) && opening_->due >= *began_ &&
      MomentOf(opening_->due) < end_) {
    ++punctuality_.openings;
    const bool punctual =
        opening_->warm_at && *opening_->warm_at <= opening_->due;
    punctuality_.punctual += punctual ? 1 : 0;
  }
  opening_ = seen;
}

}  // namespace prewarm
