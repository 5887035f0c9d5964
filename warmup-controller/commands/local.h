// `warmup-controller local`: the whole loop on one machine.
#pragma once

#include <ostream>

#include "warmup-controller/commands/local_options.h"

namespace prewarm {

// Until SIGTERM or SIGINT; then nothing that it started is left. Follows the
// folder: what is wrong there is told in the log and changes nothing. With
// `check` it only says whether it would start. The exit status: 2 for options
// that are wrong, 1 for all else that is.
int Local(const LocalOptions& options, std::ostream& out, std::ostream& err);

}  // namespace prewarm
