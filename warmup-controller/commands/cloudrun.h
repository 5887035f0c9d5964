// `warmup-controller cloudrun`: the controller of services of Cloud Run.
#pragma once

#include <ostream>

#include "warmup-controller/commands/cloudrun_options.h"

namespace prewarm {

// Until SIGTERM or SIGINT: as a loop, or with on_request one pass for each POST
// /reconcile. Floors stay as they are when it ends: the next one finds them.
// With give_back it gives back what was raised for the policies, and ends. The
// exit status: 2 for options that are wrong, 1 for all else that is.
int CloudRun(const CloudRunOptions& options, std::ostream& out,
             std::ostream& err);

}  // namespace prewarm
