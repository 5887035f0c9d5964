// When this process ends, and whether a new one takes its place: by SIGTERM or
// SIGINT, or because only a new process can use the device again.
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "common/base/result.h"
#include "common/base/stop_signals.h"
#include "inference-server/engine/device.h"

namespace prewarm {

class Lifetime {
 public:
  struct End {
    int signal = 0;  // SIGTERM or SIGINT, 0 where a device was lost
    std::optional<DeviceLoss> lost;
  };
  // Blocks; one thread.
  End Await();

  // Ends Await, from any thread.
  void Lose(const DeviceLoss& loss);

 private:
  // Made before threads exist, which inherit what it blocks.
  const StopSignals signals_;
  std::mutex mutex_;
  std::optional<DeviceLoss> lost_;
};

// Replaces this process by the same program with the same arguments, which is
// told of `losses` (engine/device.h). Sockets close, what was accepted has to
// be answered before. Returns only where the system refuses.
Error StartAnew(char** argv, const std::vector<DeviceLoss>& losses);

}  // namespace prewarm
