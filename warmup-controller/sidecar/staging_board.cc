#include "warmup-controller/sidecar/staging_board.h"

namespace prewarm {

StagingStatus StagingBoard::Read() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  StagingStatus status = status_;
  status.bytes = needed_.bytes;
  status.total = needed_.total;
  status.later_bytes = later_.bytes;
  status.later_total = later_.total;
  return status;
}

void StagingBoard::Cancel() {
  needed_.cancelled = true;
  later_.cancelled = true;
}

}  // namespace prewarm
