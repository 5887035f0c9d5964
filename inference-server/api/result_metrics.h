// The metrics of shared results. Increments are lock-free. Thread-safe.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <map>

#include "inference-server/results/shared_results.h"

namespace prewarm {

class ResultMetrics : public ResultWatcher {
 public:
  // `registry` outlives this.
  explicit ResultMetrics(prometheus::Registry* registry);

  void OnLookup(ResultReader reader, bool hit) override;
  void OnKept() override;
  void OnLost(ResultLoss why, std::size_t count) override;
  void OnTrouble(ResultTask task) override;
  void OnUsage(const ResultUsage& usage) override;

 private:
  std::map<ResultReader, prometheus::Counter*> hits_;
  std::map<ResultReader, prometheus::Counter*> misses_;
  prometheus::Counter& stores_;
  std::map<ResultLoss, prometheus::Counter*> evictions_;
  std::map<ResultTask, prometheus::Counter*> errors_;
  prometheus::Gauge& bytes_;
  prometheus::Gauge& entries_;
};

}  // namespace prewarm
