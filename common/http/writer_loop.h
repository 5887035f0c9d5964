// One thread that finishes what a socket did not take at once, and cuts off
// connections that are too slow in either direction. Thread-safe. Connections
// share it and may outlive the server; Stop ends its thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "common/http/connection.h"
#include "common/http/http.h"

namespace prewarm::http {

class WriterLoop {
 public:
  // Gets the last slot of a connection whose head or body did not arrive in
  // time, to reply 408. Runs on the loop's thread.
  using TooSlow = std::function<void(const std::shared_ptr<Connection>&,
                                     Connection::SlotNumber)>;

  WriterLoop(const Limits& limits, TooSlow too_slow);
  // Stop must have been called.
  ~WriterLoop();

  // Not from the loop's own thread. Nothing is watched or timed after it.
  void Stop();
  // From now on its timeouts hold.
  void Register(const std::shared_ptr<Connection>& connection);
  // There is something to send when the socket takes it.
  void Watch(std::shared_ptr<Connection> connection);
  // Counts unsent bytes.
  void AddPending(std::int64_t bytes) { pending_ += bytes; }
  bool far_over_limit() const {
    return pending_ > 2 * static_cast<std::int64_t>(limits_.pending_bytes);
  }
  std::vector<std::shared_ptr<Connection>> Alive() const;
  const Limits& limits() const { return limits_; }

 private:
  void Run();
  void Sweep();
  void EvictSlowest(const std::vector<std::shared_ptr<Connection>>& alive);
  void Wake() const;
  void FlushReady(const std::vector<std::shared_ptr<Connection>>& ready);

  const Limits limits_;
  const TooSlow too_slow_;
  std::atomic<std::int64_t> pending_{0};
  std::atomic<bool> stop_{false};
  int wake_fd_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Connection>> watched_;
  std::vector<std::weak_ptr<Connection>> all_;
  std::thread thread_;
};

}  // namespace prewarm::http
