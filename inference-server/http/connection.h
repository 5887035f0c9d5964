// The sending side of one connection. It owns a dup of the socket, so that a
// late reply can never reach a client that got the same descriptor number
// later; replies leave in the order of their requests; nothing here blocks.
// Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "common/base/clock.h"

namespace prewarm::http {

class WriterLoop;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // What the input side is waiting for; decides which timeout applies.
  enum class Phase { kIdle, kHead, kBody };

  // Dups `fd`.
  Connection(int fd, std::string peer_address, WriterLoop* loop);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // A place in the order of replies; the number of open places.
  std::uint64_t OpenSlot();
  int open_slots() const;
  // Appends bytes to a place; `done` ends it, `close` ends the connection
  // after it. False if the client is gone or too slow.
  bool Write(std::uint64_t slot, std::string bytes, bool done, bool close);
  // Sends outside of any order: `100 Continue`.
  void SendNow(std::string_view bytes);

  void MarkGone();
  bool gone() const { return gone_; }
  void OnGone(std::uint64_t slot, std::function<void()> callback);

  // For the writer loop. Flush returns false when nothing is left to send.
  bool Flush();
  int fd() const { return fd_; }
  void Shutdown();
  bool Expired(SteadyTime now) const;
  void SetPhase(Phase phase, SteadyTime now);
  Phase phase() const;
  // Since when the phase lasts.
  SteadyTime phase_since() const;
  const std::string& peer_address() const { return peer_address_; }

 private:
  struct Slot {
    std::uint64_t number;
    std::string bytes;
    std::size_t sent = 0;
    bool done = false;
    bool close = false;
  };
  bool FlushLocked();

  const int fd_;
  const std::string peer_address_;
  WriterLoop* const loop_;
  std::atomic<bool> gone_{false};
  mutable std::mutex mutex_;
  std::deque<Slot> slots_;
  std::uint64_t next_slot_ = 0;
  std::size_t unsent_ = 0;
  SteadyTime blocked_since_{};  // when the socket took nothing any more
  bool blocked_ = false;
  bool closing_ = false;
  SteadyTime closing_since_{};
  Phase phase_ = Phase::kIdle;
  SteadyTime phase_since_;
  std::map<std::uint64_t, std::function<void()>> on_gone_;
};

}  // namespace prewarm::http
