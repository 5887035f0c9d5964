// Between the status and everybody who watches it: one thread, however many
// they are. It looks at the status while somebody watches; the loop that
// publishes it never waits for a socket. Thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "warmup-controller/api/target_events.h"

namespace prewarm {

class TargetRelay : public std::enable_shared_from_this<TargetRelay> {
 public:
  // The board outlives it.
  TargetRelay(const StatusBoard* board, EventPace pace,
              std::size_t most_watchers);
  ~TargetRelay();  // streams are closed
  TargetRelay(const TargetRelay&) = delete;
  TargetRelay& operator=(const TargetRelay&) = delete;

  // Answers with the stream of events. kUnavailable, with Retry-After: as many
  // watch as may; nothing was answered then.
  Status Watch(const http::ResponderPtr& responder, WatchedTarget target);

 private:
  void Post(std::function<void()> task);
  void Run();

  const StatusBoard* const board_;
  const std::size_t most_watchers_;
  const std::shared_ptr<std::atomic<std::size_t>> watchers_;  // open streams
  std::atomic<TargetEvents::Id> next_id_{1};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::function<void()>> tasks_;
  bool stop_ = false;
  TargetEvents events_;  // touched by the thread only
  std::thread thread_;
};

}  // namespace prewarm
