// Whether one more request may enter. Pure.
#pragma once

#include <cstddef>

#include "common/base/result.h"

namespace prewarm {

struct AdmissionLimits {
  int queued = 64;                       // accepted and not yet finished
  std::size_t memory_bytes = 1UL << 30;  // predicted, of all of them
};

struct AdmissionLoad {
  int queued = 0;
  std::size_t memory_bytes = 0;
};

// kResourceExhausted (429) with Retry-After when full; kTooLarge (413) when
// the request alone is over the budget and no waiting would help.
// `retry_after_seconds`: measured, see ServiceTime.
Status Admit(const AdmissionLimits& limits, const AdmissionLoad& load,
             std::size_t request_bytes, int retry_after_seconds);

}  // namespace prewarm
