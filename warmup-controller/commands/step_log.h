// What one pass has done, for its answer; all of it goes to metrics and log as
// well.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <vector>

#include "warmup-controller/commands/loop_reporter.h"
#include "warmup-controller/report/status.h"

namespace prewarm {

struct StepEvent {
  std::string event;   // of the log: "floor_written", "trouble", "target", ...
  std::string target;  // "namespace/name"
  std::string message;
};

struct StepSamples {
  std::size_t fresh = 0;
  std::size_t seen = 0;
  std::size_t failed = 0;
};

struct StepReport {
  Instant at;
  std::chrono::milliseconds took{0};
  bool complete = false;
  std::vector<StepEvent> done;
  StepSamples samples;
  std::string refused;  // what the folder has wrong
};

// Pure.
std::string StepJson(const StepReport& report, const ControllerStatus& status);

// The loop's thread uses it; Sampled from any.
class StepLog : public LoopReporter {
 public:
  using LoopReporter::LoopReporter;

  void Sampled(const std::string& outcome);
  // What has happened since the last call.
  void Take(StepReport* report);

  void Replaced(const TargetKey& target, const std::string& instance,
                const std::string& why, const Status& done) override;
  void TroubleChanged(const TargetKey& target,
                      const std::string& trouble) override;
  void Noted(const TargetKey& target, const std::string& what) override;
  void FloorWritten(const TargetKey& target, const FloorWrite& write) override;

 private:
  void Note(const char* event, const TargetKey& target,
            const std::string& message);

  std::vector<StepEvent> events_;
  std::atomic<std::size_t> fresh_{0};
  std::atomic<std::size_t> seen_{0};
  std::atomic<std::size_t> failed_{0};
};

}  // namespace prewarm
