#include "warmup-controller/simulate/cron_scaler.h"

#include <utility>

namespace prewarm {

CronScaler::CronScaler(std::vector<Demand> demands, Moment idle_timeout)
    : demands_(std::move(demands)), idle_timeout_(idle_timeout) {}

int CronScaler::Floor(const FleetView& fleet) {
  while (next_ < demands_.size() &&
         MomentOf(demands_[next_].begin) <= fleet.now) {
    ++next_;
  }
  return next_ == 0 ? 0 : demands_[next_ - 1].floor;
}

Moment CronScaler::NextLook() const {
  return next_ < demands_.size() ? MomentOf(demands_[next_].begin) : kNever;
}

}  // namespace prewarm
