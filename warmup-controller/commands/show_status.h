// What the loop has published, as metrics.
#pragma once

#include <memory>

#include "common/base/clock.h"
#include "warmup-controller/intent/intent_table.h"
#include "warmup-controller/report/metrics.h"
#include "warmup-controller/report/status.h"

namespace prewarm {

class StatusShow {
 public:
  // All outlive it.
  StatusShow(const StatusBoard* board, IntentTable* intents,
             ControllerMetrics* metrics)
      : board_(board), intents_(intents), metrics_(metrics) {}

  // Nothing where it has shown it already.
  void Show(SteadyTime now);

 private:
  const StatusBoard* const board_;
  IntentTable* const intents_;
  ControllerMetrics* const metrics_;
  std::shared_ptr<const ControllerStatus> shown_;
};

}  // namespace prewarm
