#include "inference-server/process/lifetime.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace prewarm {
Lifetime::End Lifetime::Await() {
  while (true) {
    const int signal = StopSignals::Await();
    if (signal != 0) return {signal, std::nullopt};
    const std::lock_guard lock(mutex_);
    // Without a loss somebody else woke it: that means nothing here.
    if (lost_) return {0, std::exchange(lost_, std::nullopt)};
  }
}

void Lifetime::Lose(const DeviceLoss& loss) {
  {
    const std::lock_guard lock(mutex_);
    lost_ = loss;
  }
  StopSignals::Wake();
}

Error StartAnew(char** argv, const std::vector<DeviceLoss>& losses) {
  setenv(kLossesVariable, FormatLosses(losses).c_str(), 1);  // NOLINT: the end
  execv("/proc/self/exe", argv);
  return MakeError(ErrorCode::kInternal,
                   std::string("can't start anew: ") + std::strerror(errno));
}

}  // namespace prewarm
