#include "inference-server/process/lifetime.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace prewarm {
namespace {

constexpr int kWake = SIGUSR1;

sigset_t Awaited() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, kWake}) sigaddset(&signals, signal);
  return signals;
}

}  // namespace

Lifetime::Lifetime() {
  const sigset_t signals = Awaited();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Lifetime::End Lifetime::Await() {
  const sigset_t signals = Awaited();
  while (true) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal != kWake) return {signal, std::nullopt};
    const std::lock_guard lock(mutex_);
    // Without a loss somebody else sent it: that means nothing here.
    if (lost_) return {0, std::exchange(lost_, std::nullopt)};
  }
}

void Lifetime::Lose(const DeviceLoss& loss) {
  {
    const std::lock_guard lock(mutex_);
    lost_ = loss;
  }
  kill(getpid(), kWake);
}

Error StartAnew(char** argv, const std::vector<DeviceLoss>& losses) {
  setenv(kLossesVariable, FormatLosses(losses).c_str(), 1);  // NOLINT: the end
  execv("/proc/self/exe", argv);
  return MakeError(ErrorCode::kInternal,
                   std::string("can't start anew: ") + std::strerror(errno));
}

}  // namespace prewarm
