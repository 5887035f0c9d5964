// Work on another thread whose result is waited for up to a deadline. What
// came too late is dropped when it comes.
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "common/base/result.h"
#include "common/base/worker_pool.h"

namespace prewarm {

// `work` returns a Result and must not throw.
template <typename Work>
auto Async(WorkerPool* pool, Work work) -> std::future<decltype(work())> {
  using Outcome = decltype(work());
  auto task = std::make_shared<std::packaged_task<Outcome()>>(std::move(work));
  std::future<Outcome> outcome = task->get_future();
  pool->Post([task] { (*task)(); });
  return outcome;
}

// kUnavailable, naming `what`, when it takes longer than `patience`.
template <typename Outcome>
Outcome AwaitFor(std::future<Outcome>* future,
                 std::chrono::milliseconds patience, const std::string& what) {
  if (future->wait_for(patience) == std::future_status::ready) {
    return future->get();
  }
  return MakeError(ErrorCode::kUnavailable,
                   what + " does not answer within " +
                       std::to_string(patience.count()) + " ms");
}

}  // namespace prewarm
