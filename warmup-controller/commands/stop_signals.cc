#include "warmup-controller/commands/stop_signals.h"

#include <signal.h>

#include <utility>

namespace prewarm {
namespace {

// Ends the wait when there is nothing to stop any more.
constexpr int kWake = SIGUSR2;

sigset_t Awaited() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, kWake}) sigaddset(&signals, signal);
  return signals;
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t signals = Awaited();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void StopSignals::Watch(std::function<void()> stopped) {
  thread_ = std::thread([this, stopped = std::move(stopped)] {
    const sigset_t signals = Awaited();
    while (!done_) {
      int signal = 0;
      if (sigwait(&signals, &signal) != 0 || signal == kWake) continue;
      stopped_ = true;
      stopped();
      return;
    }
  });
}

StopSignals::~StopSignals() {
  done_ = true;
  if (!thread_.joinable()) return;
  pthread_kill(thread_.native_handle(), kWake);
  thread_.join();
}

}  // namespace prewarm
