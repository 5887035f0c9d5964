// Metrics of a controller of Cloud Run services, beside those of every
// controller, docs/metrics.md. Nothing of prometheus-cpp passes.
#pragma once

#include <memory>
#include <string>

#include "warmup-controller/report/metrics.h"

namespace prewarm {

// Thread-safe.
class CloudRunMetrics {
 public:
  CloudRunMetrics();
  ~CloudRunMetrics();
  CloudRunMetrics(const CloudRunMetrics&) = delete;
  CloudRunMetrics& operator=(const CloudRunMetrics&) = delete;

  // An answer of the Admin API; `code` is its status, 0 where there was none.
  void ApiAnswered(const std::string& verb, int code);
  // A warm-up call: "new", "seen", "failed".
  void Sampled(const ObjectName& target, const std::string& outcome);
  // A pass that was asked for by POST /reconcile.
  void Stepped(double seconds, bool complete);

  // Prometheus text format 0.0.4.
  std::string Text() const;

 private:
  class Series;
  std::unique_ptr<Series> series_;
};

}  // namespace prewarm
