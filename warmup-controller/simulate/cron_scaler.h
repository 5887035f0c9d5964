// The floor that the open windows ask for, without a lead: instances start when
// the window opens, as with KEDA's cron scaler.
#pragma once

#include <vector>

#include "warmup-controller/decide/demand.h"
#include "warmup-controller/simulate/scaler.h"

namespace prewarm {

class CronScaler : public Scaler {
 public:
  // `idle_timeout`: KEDA's cooldownPeriod. `demands`: DemandOver() of the time
  // that is simulated.
  CronScaler(std::vector<Demand> demands, Moment idle_timeout);

  int Floor(const FleetView& fleet) override;
  Moment NextLook() const override;
  Moment IdleTimeout() const override { return idle_timeout_; }

 private:
  std::vector<Demand> demands_;
  std::size_t next_ = 0;  // the first one that has not begun
  Moment idle_timeout_;
};

}  // namespace prewarm
