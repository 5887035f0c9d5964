#include "inference-server/scheduling/admission.h"

#include <string>

namespace prewarm {

Status Admit(const AdmissionLimits& limits, const AdmissionLoad& load,
             std::size_t request_bytes, int retry_after_seconds) {
  const auto mib = [](std::size_t bytes) {
    return std::to_string((bytes >> 20) + 1) + " MiB";
  };
  if (request_bytes > limits.memory_bytes) {
    return MakeError(ErrorCode::kTooLarge,
                     "this picture would need " + mib(request_bytes) +
                         " of memory, the server may use " +
                         mib(limits.memory_bytes) + "; send a smaller one",
                     "image");
  }
  Error busy = MakeError(ErrorCode::kResourceExhausted, "");
  busy.retry_after_seconds = retry_after_seconds;
  if (load.queued >= limits.queued) {
    busy.message = "the queue is full (" + std::to_string(limits.queued) +
                   " requests); retry after " +
                   std::to_string(retry_after_seconds) + " s";
    busy.field = "queue";
    return busy;
  }
  if (load.memory_bytes > limits.memory_bytes ||
      request_bytes > limits.memory_bytes - load.memory_bytes) {
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
