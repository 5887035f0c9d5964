// What an instance's answers prove. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "warmup-controller/http_client/http_client.h"
#include "warmup-controller/warmer/warmer.h"

namespace prewarm {

// Of POST /warmup. Warm is who answered 200 with a JSON report that says
// state "ready", a canary that was verified, in every mode where it has
// several, and the instance_id that was meant ("": any, but one). Else the
// error says what was got instead; kUnauthorized, kForbidden and kUnavailable
// with Retry-After as the answer has them, kUnprocessable for a report that
// proves nothing. `took` is left to the caller.
Result<WarmupProof> ReadReport(const HttpAnswer& answer,
                               std::string_view instance_id);

// Of GET /health. Fields that are not there, or of another type, or absurd
// are unknown: who answers anything is there.
InstanceHealth ReadHealth(const HttpAnswer& answer);

}  // namespace prewarm
