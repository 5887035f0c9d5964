#include "warmup-controller/report/cloudrun_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "warmup-controller/report/owned_series.h"

namespace prewarm {

class CloudRunMetrics::Series {
 public:
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests =
      Register<prometheus::Counter>(
          &registry, "prewarm_api_requests_total",
          "Calls of the Admin API by what was asked and its answer.");
  prometheus::Family<prometheus::Counter>& samples =
      Register<prometheus::Counter>(
          &registry, "prewarm_sample_calls_total",
          "Warm-up calls of a service, by whether an instance answered that "
          "stood for nothing yet.");
  prometheus::Family<prometheus::Counter>& steps =
      Register<prometheus::Counter>(
          &registry, "prewarm_steps_total",
          "Passes that were asked for by POST /reconcile.");
  prometheus::Gauge& step_seconds =
      Register<prometheus::Gauge>(&registry, "prewarm_step_seconds",
                                  "What the last of them took.")
          .Add({});
};

CloudRunMetrics::CloudRunMetrics() : series_(std::make_unique<Series>()) {}
CloudRunMetrics::~CloudRunMetrics() = default;

void CloudRunMetrics::ApiAnswered(const std::string& verb, int code) {
  series_->requests
      .Add({{"verb", verb},
            {"resource", verb == "poll" ? "operations" : "services"},
            {"code", code == 0 ? "none" : std::to_string(code)}})
      .Increment();
}

void CloudRunMetrics::Sampled(const ObjectName& target,
                              const std::string& outcome) {
  series_->samples
      .Add({{"namespace", target.namespace_name},
            {"target", target.name},
            {"outcome", outcome}})
      .Increment();
}

void CloudRunMetrics::Stepped(double seconds, bool complete) {
  series_->step_seconds.Set(seconds);
  series_->steps.Add({{"complete", complete ? "true" : "false"}}).Increment();
}

std::string CloudRunMetrics::Text() const {
  return prometheus::TextSerializer().Serialize(series_->registry.Collect());
}

}  // namespace prewarm
