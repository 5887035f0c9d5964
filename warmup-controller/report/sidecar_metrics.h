// Metrics of a sidecar, beside those of every controller, docs/metrics.md.
// Nothing of prometheus-cpp passes.
#pragma once

#include <cstdint>
#include <string>

namespace prewarm {

struct SidecarNumbers {
  bool staged = false;
  bool warm = false;
  double stage_seconds = 0;  // until it was staged; 0: it is not
  std::uint64_t staged_bytes = 0;
  int stage_failures = 0;       // in a row
  int published_states = 0;     // since the start
  bool publish_failed = false;  // the last attempt
};

// Prometheus text format 0.0.4.
std::string SidecarMetricsText(const SidecarNumbers& numbers);

}  // namespace prewarm
