// `warmup-controller local`: the whole loop on one machine.
#pragma once

#include <ostream>

#include "warmup-controller/commands/local_options.h"

namespace prewarm {

// Until SIGTERM or SIGINT; then nothing that it started is left. Follows the
// folder: what is wrong there is told in the log and changes nothing. The exit
// status.
int Local(const LocalOptions& options, std::ostream& err);

}  // namespace prewarm
