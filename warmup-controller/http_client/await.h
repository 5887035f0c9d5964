// Waits on the caller's own thread for what the library's threads do. Never
// call it on those.
#pragma once

#include <pplx/pplxtasks.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/base/stop_signal.h"

namespace prewarm {

// kDeadlineExceeded, kCancelled by `stop`, kUnavailable with what the task
// threw. A task that was not waited for goes on: cancel it.
template <typename T>
Result<T> Await(pplx::task<T> task, std::chrono::milliseconds patience,
                StopSignal* stop) {
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<Result<T>> end;

    void End(Result<T> how) {
      const std::lock_guard<std::mutex> lock(mutex);
      if (!end) end = std::move(how);
      changed.notify_all();
    }
  };
  const auto state = std::make_shared<State>();
  task.then([state](const pplx::task<T>& done) {
    try {
      state->End(done.get());
    } catch (const std::exception& e) {
      state->End(MakeError(ErrorCode::kUnavailable, e.what()));
    }
  });
  const StopSignal::Id listener = stop->OnStop([state] {
    state->End(MakeError(ErrorCode::kCancelled, "the program stops"));
  });
  std::unique_lock<std::mutex> lock(state->mutex);
  state->changed.wait_for(lock, patience,
                          [&state] { return state->end.has_value(); });
  if (!state->end) {
    state->end =
        MakeError(ErrorCode::kDeadlineExceeded,
                  "nothing within " + std::to_string(patience.count()) + " ms");
  }
  Result<T> end = *state->end;
  lock.unlock();
  stop->Forget(listener);
  return end;
}

}  // namespace prewarm
