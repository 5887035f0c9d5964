#include "common/base/stop_signals.h"

#include <signal.h>
#include <unistd.h>

#include <initializer_list>

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

StopSignals::StopSignals() {
  const sigset_t signals = Awaited();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

int StopSignals::Await() {
  const sigset_t signals = Awaited();
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  return signal == kWake ? 0 : signal;
}

void StopSignals::Wake() { kill(getpid(), kWake); }

}  // namespace prewarm
