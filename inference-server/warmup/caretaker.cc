#include "inference-server/warmup/caretaker.h"

#include <algorithm>
#include <array>
#include <functional>
#include <mutex>
#include <utility>

namespace prewarm {

std::chrono::milliseconds RetryDelay(const CareOptions& options, int failures) {
  std::chrono::milliseconds delay = options.first_retry;
  for (int i = 1; i < failures && delay < options.last_retry; ++i) delay *= 2;
  return std::min(delay, options.last_retry);
}

// Outlives its Caretaker in what the timer holds.
struct Caretaker::Shared : std::enable_shared_from_this<Caretaker::Shared> {
  Shared(const CareOptions& o, WarmUp* w, Timer* t, const Clock& c)
      : options(o), warm_up(w), timer(t), clock(c), busy{c.Now(), c.Now()} {}

  std::atomic<SteadyTime>& BusyAt(Mode mode) {
    return busy[mode == Mode::kFast ? 1 : 0];
  }

  // Runs under the warm-up's lock.
  void Saw(const WarmStatus& status) {
    if (status.state == WarmState::kReady) failures = 0;
    const bool failed =
        status.state == WarmState::kFailed && last != WarmState::kFailed;
    last = status.state;
    if (!failed || !options.retry) return;
    After(RetryDelay(options, ++failures),
          [](Shared* self) { self->warm_up->Start(); });
  }

  // Of a mode that the server does not have: nothing, at every interval.
  void ProveWhenIdle(Mode mode) {
    const SteadyTime now = clock.Now();
    std::atomic<SteadyTime>& last_served = BusyAt(mode);
    if (now >= last_served.load() + options.reprove) {
      last_served = now;
      warm_up->Reprove(mode);
    }
    After(std::chrono::ceil<std::chrono::milliseconds>(last_served.load() +
                                                       options.reprove - now),
          [mode](Shared* self) { self->ProveWhenIdle(mode); });
  }

  void After(std::chrono::milliseconds delay,
             std::function<void(Shared*)> act) {
    timer->At(clock.Now() + delay,
              [self = shared_from_this(), act = std::move(act)] {
                const std::lock_guard lock(self->stopping);
                if (!self->stopped) act(self.get());
              });
  }

  const CareOptions options;
  WarmUp* const warm_up;
  Timer* const timer;
  const Clock& clock;
  std::array<std::atomic<SteadyTime>, 2> busy;  // base's, fast's
  int failures = 0;
  WarmState last = WarmState::kCold;
  std::mutex stopping;
  bool stopped = false;
};

Caretaker::Caretaker(const CareOptions& options, WarmUp* warm_up, Timer* timer,
                     const Clock& clock)
    : shared_(std::make_shared<Shared>(options, warm_up, timer, clock)),
      observer_(warm_up->Observe([shared = shared_](const WarmStatus& status) {
        shared->Saw(status);
      })) {
  if (options.reprove.count() == 0) return;
  for (const Mode mode : {Mode::kBase, Mode::kFast}) {
    shared_->After(options.reprove,
                   [mode](Shared* self) { self->ProveWhenIdle(mode); });
  }
}

Caretaker::~Caretaker() {
  shared_->warm_up->Forget(observer_);
  const std::lock_guard lock(shared_->stopping);
  shared_->stopped = true;
}

void Caretaker::Served(Mode mode) {
  shared_->BusyAt(mode) = shared_->clock.Now();
}

}  // namespace prewarm
