// What the loop has published, as metrics and in the dashboard's record.
#pragma once

#include <memory>

#include "common/base/clock.h"
#include "warmup-controller/intent/intent_table.h"
#include "warmup-controller/record/record.h"
#include "warmup-controller/report/metrics.h"
#include "warmup-controller/report/status.h"

namespace prewarm {

class StatusShow {
 public:
  // All outlive it. `record` is that of a controller with a dashboard.
  StatusShow(const StatusBoard* board, IntentTable* intents,
             ControllerMetrics* metrics, RecordBook* record = nullptr)
      : board_(board), intents_(intents), metrics_(metrics), record_(record) {}

  // Nothing where it has shown it already.
  void Show(SteadyTime now);

 private:
  const StatusBoard* const board_;
  IntentTable* const intents_;
  ControllerMetrics* const metrics_;
  RecordBook* const record_;
  std::shared_ptr<const ControllerStatus> shown_;
};

}  // namespace prewarm
