// The hybrid histogram policy of Shahrad et al., "Serverless in the Wild",
// USENIX ATC 2020, section 4: idle times in bins of a minute; after a request
// the application is unloaded, loaded again shortly before the head of the
// histogram, and kept until its tail.
#pragma once

#include <cstdint>
#include <vector>

#include "warmup-controller/simulate/scaler.h"

namespace prewarm {

// As in the paper: head and tail at the 5th and 99th percentile, rounded down
// and up to a bin, with a margin of 10 %; four hours of bins; a histogram that
// is not representative (coefficient of variation of its bins below 2) or was
// exceeded by most idle times keeps instances for its whole range. The paper's
// ARIMA forecast for the latter (0.64 % of its invocations) is not here: its
// fallback is. One application, one instance kept at least.
class HistogramScaler : public Scaler {
 public:
  HistogramScaler();

  int Floor(const FleetView& fleet) override;
  Moment NextLook() const override;
  bool OnArrival(Moment now) override;
  bool OnAllIdle(Moment now) override;
  // While there is work, others are kept as one would be after it; when there
  // is none, what is above the floor goes at once.
  Moment IdleTimeout() const override;

 private:
  void Learn(Moment idle_time);
  void ChooseWindows();
  // The first bin up to which this share of idle times lies.
  std::size_t Percentile(double share) const;

  std::vector<std::int64_t> bins_;
  std::int64_t learned_ = 0;        // in bins
  std::int64_t out_of_bounds_ = 0;  // idle times beyond the range
  double squares_ = 0;              // of the bins' counts
  Moment idle_since_ = -1;          // -1: at work, or nothing came yet
  Moment load_at_ = kNever;         // of this idle time
  Moment unload_at_ = kNever;
  Moment keep_ = 0;  // after the head
  Moment now_ = 0;
};

}  // namespace prewarm
