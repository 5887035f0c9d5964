// The controller's metrics, docs/metrics.md. Nothing of prometheus-cpp passes.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "warmup-controller/report/status.h"

namespace prewarm {

// Of a policy or of a target.
struct ObjectName {
  std::string namespace_name;
  std::string name;
};

// Of one target; all but visitors since the start.
struct IntentCounts {
  int visitors = 0;
  std::size_t opened = 0;
  std::size_t converted = 0;
  std::size_t wasted = 0;
  std::size_t refused = 0;
};

// Thread-safe. Numbers that are none (NaN, infinite) are left out.
class ControllerMetrics {
 public:
  ControllerMetrics();
  ~ControllerMetrics();
  ControllerMetrics(const ControllerMetrics&) = delete;
  ControllerMetrics& operator=(const ControllerMetrics&) = delete;

  // What policies are at, how often causes change, instance-hours. Series of
  // policies and targets that are not in `status` are removed. Policies that
  // are the same object as before cost next to nothing.
  void Show(const ControllerStatus& status);
  // Once for each opening, when it is warm or over.
  void OpeningJudged(const ObjectName& policy, const OpeningStatus& opening);
  // `outcome`: "verified", "refused", "timeout", "unreachable", ...: few and
  // known words, never an error's text.
  void WarmupDone(const ObjectName& target, const std::string& outcome,
                  double seconds);
  void Wrote(const ObjectName& target, bool ok);
  // Something new keeps it from what it was told: an exit, no free port.
  void Trouble(const ObjectName& target);
  // Whether the newest declarations were refused, so that older ones are in
  // force.
  void SetRefused(bool refused);
  void SetWriteQueue(std::size_t depth);
  void Reconciled(double seconds, bool ok);
  void Intents(const ObjectName& target, const IntentCounts& counts);

  // Prometheus text format 0.0.4.
  std::string Text() const;

 private:
  class Series;
  std::unique_ptr<Series> series_;
};

}  // namespace prewarm
