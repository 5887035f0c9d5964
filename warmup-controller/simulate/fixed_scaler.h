// A constant floor: always-on with one, plain scale-to-zero without.
#pragma once

#include "warmup-controller/simulate/scaler.h"

namespace prewarm {

class FixedScaler : public Scaler {
 public:
  FixedScaler(int floor, Moment idle_timeout)
      : floor_(floor), idle_timeout_(idle_timeout) {}

  int Floor(const FleetView&) override { return floor_; }
  Moment NextLook() const override { return kNever; }
  Moment IdleTimeout() const override { return idle_timeout_; }

 private:
  int floor_;
  Moment idle_timeout_;
};

}  // namespace prewarm
