// Times on a command line.
#pragma once

#include <string>

#include "common/base/result.h"
#include "warmup-controller/calendar/civil.h"

namespace prewarm {

// An instant, or a date, which begins at midnight of UTC. The error names the
// option.
Result<Instant> ParseTimeOption(const std::string& option,
                                const std::string& text);

}  // namespace prewarm
