// Keeps a warm server warm: tries a failed warm-up again, later and later, and
// has an idle engine, that of each mode by itself, proven anew at an interval.
// Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>

#include "common/base/clock.h"
#include "common/base/timer.h"
#include "inference-server/warmup/warm_up.h"

namespace prewarm {

struct CareOptions {
  bool retry = true;                     // failed warm-ups
  std::chrono::milliseconds reprove{0};  // of an idle engine; 0: never
  std::chrono::milliseconds first_retry{1000};
  std::chrono::milliseconds last_retry{60000};
};

// Pure: doubles with every failure in a row, `failures` >= 1.
std::chrono::milliseconds RetryDelay(const CareOptions& options, int failures);

class Caretaker {
 public:
  // Begins at once. Both outlive it; see Stop.
  Caretaker(const CareOptions& options, WarmUp* warm_up, Timer* timer,
            const Clock& clock);
  // Nothing is started any more; what the timer still holds does nothing.
  ~Caretaker();

  // An inference was served: that engine is not idle.
  void Served(Mode mode);

 private:
  struct Shared;
  const std::shared_ptr<Shared> shared_;
  const WarmUp::ObserverId observer_;
};

}  // namespace prewarm
