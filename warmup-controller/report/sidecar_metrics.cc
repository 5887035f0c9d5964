#include "warmup-controller/report/sidecar_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "warmup-controller/report/owned_series.h"

namespace prewarm {

std::string SidecarMetricsText(const SidecarNumbers& numbers) {
  using prometheus::Counter;
  using prometheus::Gauge;
  prometheus::Registry registry;
  const auto gauge = [&registry](const char* name, const char* help,
                                 double value) {
    Register<Gauge>(&registry, name, help).Add({}).Set(value);
  };
  gauge("prewarm_sidecar_staged",
        "1 once what a start reads is in the local store.",
        numbers.staged ? 1 : 0);
  gauge("prewarm_sidecar_warm",
        "1 while the server beside it has proved itself.",
        numbers.warm ? 1 : 0);
  gauge("prewarm_sidecar_stage_seconds",
        "From the sidecar's start until it was staged; 0 before.",
        numbers.stage_seconds);
  gauge("prewarm_sidecar_staged_bytes",
        "What was copied from the shared store for a start.",
        static_cast<double>(numbers.staged_bytes));
  gauge("prewarm_sidecar_stage_failures",
        "Attempts in a row that have not staged it.", numbers.stage_failures);
  gauge("prewarm_sidecar_publish_failed",
        "1 while what the server made can't be given back.",
        numbers.publish_failed ? 1 : 0);
  Register<Counter>(&registry, "prewarm_sidecar_published_states_total",
                    "Prepared states given back to the shared store.")
      .Add({})
      .Increment(numbers.published_states);
  return prometheus::TextSerializer().Serialize(registry.Collect());
}

}  // namespace prewarm
