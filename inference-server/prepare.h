// `inference-server --prepare`: fills the store for those that only read it.
#pragma once

#include "inference-server/config/config.h"

namespace prewarm {

// Opens no port. Warms up as the server with these options would, keeps the
// prepared state, and warms up once more from what was kept: that is what the
// next start will find. Prints a line of JSON on stdout and returns the exit
// status: 0 only where that second start used the prepared state of each model
// and was verified.
int Prepare(const ServerConfig& config);

}  // namespace prewarm
