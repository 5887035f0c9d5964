#include "inference-server/warmup/caretaker.h"

#include <algorithm>
#include <mutex>

namespace prewarm {

std::chrono::milliseconds RetryDelay(const CareOptions& options, int failures) {
  std::chrono::milliseconds delay = options.first_retry;
  for (int i = 1; i < failures && delay < options.last_retry; ++i) delay *= 2;
  return std::min(delay, options.last_retry);
}

// Outlives its Caretaker in what the timer holds.
struct Caretaker::Shared : std::enable_shared_from_this<Caretaker::Shared> {
  Shared(const CareOptions& o, WarmUp* w, Timer* t, const Clock& c)
      : options(o), warm_up(w), timer(t), clock(c), busy(c.Now()) {}

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

  void ProveWhenIdle() {
    const SteadyTime now = clock.Now();
    if (now >= busy.load() + options.reprove) {
      busy = now;
      warm_up->Reprove();
    }
    After(std::chrono::ceil<std::chrono::milliseconds>(busy.load() +
                                                       options.reprove - now),
          [](Shared* self) { self->ProveWhenIdle(); });
  }

  void After(std::chrono::milliseconds delay, void (*act)(Shared*)) {
    timer->At(clock.Now() + delay, [self = shared_from_this(), act] {
      const std::lock_guard lock(self->stopping);
      if (!self->stopped) act(self.get());
    });
  }

  const CareOptions options;
  WarmUp* const warm_up;
  Timer* const timer;
  const Clock& clock;
  std::atomic<SteadyTime> busy;
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
  if (options.reprove.count() > 0) {
    shared_->After(options.reprove,
                   [](Shared* self) { self->ProveWhenIdle(); });
  }
}

Caretaker::~Caretaker() {
  shared_->warm_up->Forget(observer_);
  const std::lock_guard lock(shared_->stopping);
  shared_->stopped = true;
}

void Caretaker::Served() { shared_->busy = shared_->clock.Now(); }

}  // namespace prewarm
