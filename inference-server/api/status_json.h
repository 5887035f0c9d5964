// The wire forms of what the server knows about itself.
#pragma once

#include <string>

#include "inference-server/api/context.h"

namespace prewarm {

// GET /warmup and each SSE event.
std::string WarmStatusJson(const ApiContext& context, const WarmStatus& status);
// POST /warmup.
std::string WarmUpReportJson(const ApiContext& context,
                             const WarmStatus& status, bool was_ready);
// GET /health.
std::string HealthJson(const ApiContext& context, const WarmStatus& status);

}  // namespace prewarm
