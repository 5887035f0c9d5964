#include "inference-server/scheduling/admission.h"

#include <algorithm>
#include <string>

namespace prewarm {

Status CheckAlone(const AdmissionLimits& limits, const MemoryNeed& need) {
  const std::size_t bytes = need.own_bytes + need.network_bytes;
  if (bytes <= limits.memory_bytes) return Ok{};
  const auto mib = [](std::size_t some) {
    return std::to_string((some >> 20) + 1) + " MiB";
  };
  return MakeError(
      ErrorCode::kTooLarge,
      "this picture would need " + mib(bytes) + " of memory (the network " +
          mib(need.network_bytes) + " of it), the server may use " +
          mib(limits.memory_bytes) +
          "; send a smaller one, or resize=static if it was dynamic",
      "image");
}

Status Admit(const AdmissionLimits& limits, const AdmissionLoad& load,
             const MemoryNeed& need, int retry_after_seconds) {
  PREWARM_RETURN_IF_ERROR(CheckAlone(limits, need));
  Error busy = MakeError(ErrorCode::kResourceExhausted, "");
  busy.retry_after_seconds = retry_after_seconds;
  if (load.queued >= limits.queued) {
    busy.message = "the queue is full (" + std::to_string(limits.queued) +
                   " requests); retry after " +
                   std::to_string(retry_after_seconds) + " s";
    busy.field = "queue";
    return busy;
  }
  if (load.own_bytes + need.own_bytes +
          std::max(load.network_bytes, need.network_bytes) >
      limits.memory_bytes) {
    busy.message =
        "the pictures in work use the server's memory budget; "
        "retry after " +
        std::to_string(retry_after_seconds) + " s";
    busy.field = "memory";
    return busy;
  }
  return Ok{};
}

}  // namespace prewarm
