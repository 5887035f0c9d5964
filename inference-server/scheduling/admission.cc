#include "inference-server/scheduling/admission.h"

#include <algorithm>
#include <string>

namespace prewarm {
namespace {

// Of the smallest picture there is, decoded and encoded.
constexpr std::size_t kSmallestPicture = std::size_t{17} << 20;

std::size_t MibUp(std::size_t bytes) {
  constexpr std::size_t kMib = std::size_t{1} << 20;
  return (bytes + kMib - 1) / kMib;
}

std::string Mib(std::size_t bytes) {
  return std::to_string(MibUp(bytes)) + " MiB";
}

}  // namespace

Status CheckBudget(const AdmissionLimits& limits, std::size_t network_bytes,
                   const std::string& model) {
  if (network_bytes + kSmallestPicture <= limits.memory_bytes) return Ok{};
  return MakeError(
      ErrorCode::kInvalidArgument,
      "--memory-budget-mib: " + std::to_string(limits.memory_bytes >> 20) +
          " is too little for " + model + ", whose network takes " +
          Mib(network_bytes) + " for a picture; give " +
          std::to_string(MibUp(network_bytes + kSmallestPicture)) +
          " at least, and 560 more for photos of twelve megapixels",
      "memory-budget-mib");
}

Status CheckAlone(const AdmissionLimits& limits, const MemoryNeed& need) {
  const std::size_t bytes = need.own_bytes + need.network_bytes;
  if (bytes <= limits.memory_bytes) return Ok{};
  return MakeError(
      ErrorCode::kTooLarge,
      "this picture would need " + Mib(bytes) + " of memory (the network " +
          Mib(need.network_bytes) + " of it), the server may use " +
          Mib(limits.memory_bytes) +
          " (--memory-budget-mib); send a smaller one, or resize=static if it "
          "was dynamic",
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
