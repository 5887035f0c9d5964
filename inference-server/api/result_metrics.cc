#include "inference-server/api/result_metrics.h"

#include <utility>

namespace prewarm {
namespace {

prometheus::Family<prometheus::Counter>& ResultCounter(
    const char* name, const char* help, prometheus::Registry* registry) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(*registry);
}

prometheus::Gauge& ResultGauge(const char* name, const char* help,
                               prometheus::Registry* registry) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(*registry).Add(
      {});
}

}  // namespace

ResultMetrics::ResultMetrics(prometheus::Registry* registry)
    : stores_(ResultCounter("prewarm_result_cache_stores_total",
                            "Results that were stored.", registry)
                  .Add({})),
      bytes_(ResultGauge("prewarm_result_cache_bytes",
                         "Size of the stored results.", registry)),
      entries_(ResultGauge("prewarm_result_cache_entries",
                           "Number of the stored results.", registry)) {
  auto& hits =
      ResultCounter("prewarm_result_cache_hits_total",
                    "Questions for a result that was stored.", registry);
  auto& misses =
      ResultCounter("prewarm_result_cache_misses_total",
                    "Questions for a result that was not.", registry);
  for (const auto& [reader, name] :
       {std::pair(ResultReader::kProcess, "process"),
        std::pair(ResultReader::kGet, "get")}) {
    hits_[reader] = &hits.Add({{"request", name}});
    misses_[reader] = &misses.Add({{"request", name}});
  }
  auto& evictions =
      ResultCounter("prewarm_result_cache_evictions_total",
                    "Results that were removed by the server.", registry);
  for (const auto& [why, name] : {std::pair(ResultLoss::kExpired, "expired"),
                                  std::pair(ResultLoss::kRoom, "room"),
                                  std::pair(ResultLoss::kDamaged, "damaged")}) {
    evictions_[why] = &evictions.Add({{"reason", name}});
  }
  auto& errors = ResultCounter("prewarm_result_cache_errors_total",
                               "Failures of the results' folder.", registry);
  for (const ResultTask task : {ResultTask::kRead, ResultTask::kKeep,
                                ResultTask::kRemove, ResultTask::kSweep}) {
    errors_[task] = &errors.Add({{"task", ResultTaskName(task)}});
  }
}

void ResultMetrics::OnLookup(ResultReader reader, bool hit) {
  (hit ? hits_ : misses_).at(reader)->Increment();
}

void ResultMetrics::OnKept() { stores_.Increment(); }

void ResultMetrics::OnLost(ResultLoss why, std::size_t count) {
  evictions_.at(why)->Increment(static_cast<double>(count));
}

void ResultMetrics::OnTrouble(ResultTask task) {
  errors_.at(task)->Increment();
}

void ResultMetrics::OnUsage(const ResultUsage& usage) {
  bytes_.Set(static_cast<double>(usage.bytes));
  entries_.Set(static_cast<double>(usage.entries));
}

}  // namespace prewarm
