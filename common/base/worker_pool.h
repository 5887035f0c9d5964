// A fixed number of threads that run tasks in the order they were posted.
// Thread-safe. The destructor runs what was posted, then joins.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace prewarm {

class WorkerPool {
 public:
  explicit WorkerPool(int threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // `task` must not throw.
  void Post(std::function<void()> task);

  struct Load {
    std::size_t waiting = 0;  // for a thread
    std::size_t posted = 0;   // since the start
  };
  Load load() const;

 private:
  void Run();

  mutable std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> tasks_;
  std::size_t posted_tasks_ = 0;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace prewarm
