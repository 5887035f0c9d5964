// One thread that finishes what a socket did not take at once, and cuts off
// connections that are too slow in either direction. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "inference-server/http/http.h"

namespace prewarm::http {

class Connection;

class WriterLoop {
 public:
  // `too_slow` is called for a connection whose head or body did not arrive
  // in time; it replies 408.
  WriterLoop(const Limits& limits,
             std::function<void(const std::shared_ptr<Connection>&)> too_slow);
  ~WriterLoop();

  void Register(const std::shared_ptr<Connection>& connection);
  void Watch(std::shared_ptr<Connection> connection);
  // Counts unsent bytes; false when that is over the limit.
  bool AddPending(std::int64_t bytes);
  std::int64_t pending() const { return pending_; }
  int connections() const;
  const Limits& limits() const { return limits_; }

 private:
  void Run();
  void Sweep();
  void Wake() const;

  const Limits limits_;
  const std::function<void(const std::shared_ptr<Connection>&)> too_slow_;
  std::atomic<std::int64_t> pending_{0};
  std::atomic<bool> stop_{false};
  int wake_fd_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Connection>> watched_;
  std::vector<std::weak_ptr<Connection>> all_;
  std::thread thread_;
};

}  // namespace prewarm::http
