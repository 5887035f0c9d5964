#include "warmup-controller/commands/step_desk.h"

#include <utility>

namespace prewarm {

void StepDesk::Ask(Done done) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!closed_) {
      asked_.push_back(std::move(done));
      changed_.notify_all();
      return;
    }
  }
  Refuse({std::move(done)});
}

bool StepDesk::Await() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || !asked_.empty(); });
  return !closed_;
}

void StepDesk::Answer(const std::string& json) {
  std::vector<Done> asked;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    asked.swap(asked_);
  }
  for (const Done& done : asked) done(json);
}

void StepDesk::Close() {
  std::vector<Done> asked;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
    asked.swap(asked_);
    changed_.notify_all();
  }
  Refuse(asked);
}

void StepDesk::Refuse(const std::vector<Done>& asked) {
  Error stops = MakeError(ErrorCode::kUnavailable, "the controller stops");
  stops.retry_after_seconds = 1;
  for (const Done& done : asked) done(stops);
}

}  // namespace prewarm
