// The server's metrics. References are looked up once; increments are
// lock-free. Thread-safe.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <string>

#include "inference-server/api/result_metrics.h"
#include "inference-server/warmup/status.h"

namespace prewarm {

class Metrics {
 public:
  Metrics();

  void CountRequest(int status, Mode mode);
  // stage: decode, queue, lookup, preprocess, infer, postprocess, encode, keep,
  // total.
  void ObserveStage(const std::string& stage, double millis);
  void CountRejection(const std::string& reason);
  void ObserveWarmUp(const WarmStatus& status);
  void SetQueue(int depth, double reserved_bytes);
  void SetMemory(const std::string& pool, double bytes);
  void SetState(WarmState state);
  // From now on there are metrics of shared results, too. Once, before others
  // use this.
  ResultWatcher* WatchResults();

  // Prometheus text format 0.0.4.
  std::string Text() const;

 private:
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& stages_;
  prometheus::Family<prometheus::Counter>& rejections_;
  prometheus::Family<prometheus::Histogram>& warmups_;
  prometheus::Family<prometheus::Counter>& states_used_;
  prometheus::Histogram& eta_error_;
  prometheus::Gauge& queue_depth_;
  prometheus::Family<prometheus::Gauge>& memory_;
  std::map<WarmState, prometheus::Gauge*> states_;
  std::map<std::string, prometheus::Histogram*> stage_;
  std::unique_ptr<ResultMetrics> results_;
};

}  // namespace prewarm
