#include "warmup-controller/report/operator_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "warmup-controller/report/owned_series.h"

namespace prewarm {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;

class OperatorMetrics::Series {
 public:
  // A total that someone else counts.
  static void Raise(Counter* counter, std::size_t total) {
    const double more = static_cast<double>(total) - counter->Value();
    if (more > 0) counter->Increment(more);
  }

  prometheus::Registry registry;
  Gauge& leader = Register<Gauge>(&registry, "prewarm_leader",
                                  "1 of the controller that leads.")
                      .Add({});
  Family<Counter>& requests = Register<Counter>(
      &registry, "prewarm_api_requests_total",
      "Calls of the API server by what was asked and its answer.");
  Family<Gauge>& depth =
      Register<Gauge>(&registry, "prewarm_workqueue_depth",
                      "What waits for its call of the API server.");
  Family<Counter>& added =
      Register<Counter>(&registry, "prewarm_workqueue_adds_total",
                        "What has come to wait for a call.");
  Family<Counter>& dropped =
      Register<Counter>(&registry, "prewarm_workqueue_dropped_total",
                        "What was given up instead.");
  Family<Counter>& history_writes =
      Register<Counter>(&registry, "prewarm_state_writes_total",
                        "Writes of what the next leader should know.");
  Gauge& history_ignored =
      Register<Gauge>(&registry, "prewarm_state_ignored",
                      "1 while what a leader before has kept can't be used, "
                      "and nothing is kept.")
          .Add({});
};

OperatorMetrics::OperatorMetrics() : series_(std::make_unique<Series>()) {}
OperatorMetrics::~OperatorMetrics() = default;

void OperatorMetrics::SetLeader(bool leads) {
  series_->leader.Set(leads ? 1 : 0);
}

void OperatorMetrics::ApiAnswered(const std::string& verb,
                                  const std::string& resource, int code) {
  series_->requests
      .Add({{"verb", verb},
            {"resource", resource},
            {"code", code == 0 ? "none" : std::to_string(code)}})
      .Increment();
}

void OperatorMetrics::SetQueue(const std::string& name, std::size_t depth,
                               std::size_t added) {
  series_->depth.Add({{"queue", name}}).Set(static_cast<double>(depth));
  Series::Raise(&series_->added.Add({{"queue", name}}), added);
}

void OperatorMetrics::SetDropped(const std::string& name, std::size_t dropped) {
  Series::Raise(&series_->dropped.Add({{"queue", name}}), dropped);
}

void OperatorMetrics::HistoryWritten(bool ok) {
  series_->history_writes.Add({{"result", ok ? "ok" : "failed"}}).Increment();
}

void OperatorMetrics::SetHistoryIgnored(bool ignored) {
  series_->history_ignored.Set(ignored ? 1 : 0);
}

std::string OperatorMetrics::Text() const {
  return prometheus::TextSerializer().Serialize(series_->registry.Collect());
}

}  // namespace prewarm
