// Whether one more request may enter. Pure.
#pragma once

#include <cstddef>

#include "common/base/result.h"

namespace prewarm {

struct AdmissionLimits {
  int queued = 64;                       // accepted and not yet finished
  std::size_t memory_bytes = 1UL << 30;  // predicted, of all of them
};

// What one request needs, predicted.
struct MemoryNeed {
  std::size_t own_bytes = 0;      // as long as it is in work or waits
  std::size_t network_bytes = 0;  // while it is inferred: one at a time
};

struct AdmissionLoad {
  int queued = 0;
  std::size_t own_bytes = 0;      // of all requests
  std::size_t network_bytes = 0;  // of the one that needs most

  std::size_t memory_bytes() const { return own_bytes + network_bytes; }
};

// kResourceExhausted (429) with Retry-After when full; kTooLarge (413) when
// the request alone is over the budget and no waiting would help.
// `retry_after_seconds`: measured, see ServiceTime.
Status Admit(const AdmissionLimits& limits, const AdmissionLoad& load,
             const MemoryNeed& need, int retry_after_seconds);

// Whether any picture would get in beside the network of `model`:
// kInvalidArgument names the flag and the least value that lets one in.
Status CheckBudget(const AdmissionLimits& limits, std::size_t network_bytes,
                   const std::string& model);

// The kTooLarge of Admit.
Status CheckAlone(const AdmissionLimits& limits, const MemoryNeed& need);

}  // namespace prewarm
