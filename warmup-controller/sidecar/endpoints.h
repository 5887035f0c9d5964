// What a sidecar answers: its probes, its state, its metrics.
#pragma once

#include <functional>
#include <string>

#include "common/http/http.h"
#include "warmup-controller/sidecar/sidecar_status.h"

namespace prewarm {

// Thread-safe functions that never block.
struct SidecarContext {
  std::function<SidecarStatus()> status;
  std::function<std::string()> metrics;  // Prometheus text
};

// The context outlives the router.
void AddSidecarEndpoints(const SidecarContext* context, http::Router* router);

}  // namespace prewarm
