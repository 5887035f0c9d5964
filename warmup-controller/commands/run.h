// `warmup-controller run`: the operator of a cluster.
#pragma once

#include <ostream>

#include "warmup-controller/commands/run_options.h"

namespace prewarm {

// Until SIGTERM or SIGINT, or until it does not lead any more: then another
// one does, and this one begins anew. The exit status: 2 for options that are
// wrong, 1 for all else that is.
int Run(const RunOptions& options, std::ostream& err);

}  // namespace prewarm
