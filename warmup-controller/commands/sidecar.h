// `warmup-controller sidecar`: beside one server, in its pod or Cloud Run
// service. Knows no cluster's API.
#pragma once

#include <ostream>

#include "warmup-controller/commands/sidecar_options.h"

namespace prewarm {

// Brings the model's state to the local store, warms the server, proves it
// again after restarts, gives back what it has prepared, and answers probes,
// until SIGTERM or SIGINT. The exit status: 2 for wrong options, 1 where the
// port can't be had.
int Sidecar(const SidecarOptions& options, std::ostream& err);

}  // namespace prewarm
