// A policy, decided by the code that decides in the real controller.
#pragma once

#include <optional>
#include <vector>

#include "warmup-controller/decide/decide.h"
#include "warmup-controller/decide/makespan.h"
#include "warmup-controller/decide/punctuality.h"
#include "warmup-controller/simulate/scaler.h"
#include "warmup-controller/simulate/visits.h"

namespace prewarm {

struct Punctuality {
  int openings = 0;  // rises of what is asked for, due within the replay
  int punctual = 0;  // of them warm when it was due
};

// Leads are learned from the simulated starts, as they would be.
class PolicyScaler : public Scaler {
 public:
  // `idle_timeout`: of the autoscaler beneath. `intents`: what visitors ask
  // for, if the policy listens to them. Policy, schedule and intents outlive
  // it. `end` of the replay: what opens while only what waited is served still
  // is no part of it.
  PolicyScaler(const Policy& policy, const Schedule& schedule,
               Moment idle_timeout, const std::vector<IntentStep>& intents,
               Moment end = kNever);

  int Floor(const FleetView& fleet) override;
  Moment NextLook() const override;
  Moment IdleTimeout() const override { return idle_timeout_; }

  const Punctuality& punctuality() const { return punctuality_; }

 private:
  void CountHours(const FleetView& fleet);
  void HearIntents(Moment now);
  void Learn(const FleetView& fleet);
  const Forecast& ForecastAt(Instant now);
  void WatchOpenings(const FleetView& fleet, const FloorNow& floor);

  const Policy& policy_;
  const Schedule& schedule_;
  Moment idle_timeout_;
  Moment end_;
  MakespanModel model_;
  std::optional<Forecast> forecast_;
  Observed observed_;
  std::optional<Instant> began_;
  Moment next_ = 0;
  const std::vector<IntentStep>& intents_;
  std::size_t next_intent_ = 0;  // the first one that has not begun
  // The rise whose makespan is being measured.
  struct Rise {
    Moment at;
    int floor;
    int missing;
  };
  std::optional<Rise> rise_;
  std::optional<Opening> opening_;
  Punctuality punctuality_;
  CivilDay day_;
  double seconds_before_today_ = 0;
  Moment counted_until_ = 0;
};

}  // namespace prewarm
