// What the loop does, as metrics, log lines and records of the dashboard.
#pragma once

#include "common/base/clock.h"
#include "warmup-controller/reconcile/loop_events.h"
#include "warmup-controller/record/record.h"
#include "warmup-controller/report/metrics.h"

namespace prewarm {

// Events of the log: cause_changed, warmup, replaced, trouble,
// trouble_over, target, scaled, floor_written, opening.
class LoopReporter : public LoopEvents {
 public:
  // Both outlive it. `record` is that of a controller with a dashboard.
  explicit LoopReporter(ControllerMetrics* metrics,
                        RecordBook* record = nullptr)
      : metrics_(metrics), record_(record) {}

  void CauseChanged(const Policy& policy, const FloorNow& floor) override;
  void WarmupEnded(const TargetKey& target, const WarmupEnd& end) override;
  void Replaced(const TargetKey& target, const std::string& instance,
                const std::string& why, const Status& done) override;
  void TroubleChanged(const TargetKey& target,
                      const std::string& trouble) override;
  void Noted(const TargetKey& target, const std::string& what) override;
  void Wrote(const TargetKey& target, int floor, const Status& done) override;
  void FloorWritten(const TargetKey& target, const FloorWrite& write) override;
  void OpeningJudged(const Policy& policy, const Judged& judged) override;
  void Stepped(std::chrono::microseconds took, std::size_t decisions,
               std::size_t waiting_writes) override;

 private:
  ControllerMetrics* const metrics_;
  RecordBook* const record_;
};

}  // namespace prewarm
