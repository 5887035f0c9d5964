// The sending side of one connection. It owns a dup of the socket, so that a
// late reply can never reach a client that got the same descriptor number
// later; replies leave in the order of their requests; nothing here blocks.
// Thread-safe. Callbacks run, and are destroyed, outside of its lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"

namespace prewarm::http {

class WriterLoop;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // What the input side is waiting for; decides which timeout applies.
  enum class Phase { kIdle, kHead, kBody };
  using SlotNumber = std::uint64_t;

  // Dups `fd`; usable() says whether that worked.
  Connection(int fd, std::string peer_address,
             std::shared_ptr<WriterLoop> loop);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  bool usable() const { return fd_ >= 0; }

  // A place in the order of replies. After the `last` one there are no more:
  // nullopt, and what else the client sends is not to be answered.
  std::optional<SlotNumber> OpenSlot(bool last = false);
  // The last slot, if a request has been arriving for too long: for a 408.
  std::optional<SlotNumber> OpenLateSlot(SteadyTime now);
  int open_slots() const;
  // Whether no request came after that of `slot`.
  bool IsLast(SlotNumber slot) const;
  // Appends bytes to a place; `done` ends it, `close` ends the connection
  // after it. False if the client is gone or too slow.
  bool Write(SlotNumber slot, std::string bytes, bool done, bool close);
  // It carries events from now on: the system holds back few of them for who
  // does not read, and ends it when a vanished client acknowledges nothing.
  void BecomeStream() const;
  // Sends outside of any order: `100 Continue`.
  void SendNow(std::string_view bytes);

  // The client went away, or sends no more: work for it is pointless. What was
  // already answered is still delivered.
  void MarkGone();
  bool gone() const { return gone_; }
  // `callback` is dropped once the slot is answered.
  void OnGone(SlotNumber slot, std::function<void()> callback);

  // A phase begins, even if it is the one that was.
  void StartPhase(Phase phase, SteadyTime now);
  // No request is arriving and no reply is still to be sent.
  bool Drained() const;

  // For the writer loop. Flush returns false when nothing is left to send.
  bool Flush();
  int fd() const { return fd_; }
  void Shutdown() const;
  bool Expired(SteadyTime now) const;
  // Since when the socket takes nothing, if it does not.
  std::optional<SteadyTime> BlockedSince() const;
  const std::string& peer_address() const { return peer_address_; }

 private:
  struct Slot {
    std::string bytes;
    std::size_t sent = 0;
    bool done = false;
    bool close = false;
  };
  bool FlushLocked();
  bool SendFront(Slot* slot);
  void DropFrom(std::size_t index);
  void CountUnsent();

  const int fd_;
  const std::string peer_address_;
  const std::shared_ptr<WriterLoop> loop_;
  std::atomic<bool> gone_{false};
  mutable std::mutex mutex_;
  std::deque<Slot> slots_;
  SlotNumber first_slot_ = 0;  // number of slots_.front()
  bool no_more_ = false;
  std::size_t unsent_ = 0;
  std::size_t counted_ = 0;  // of unsent_, in the loop's sum
  // While the socket takes nothing: since when, and how much it took after.
  bool blocked_ = false;
  SteadyTime blocked_since_{};
  std::size_t progress_ = 0;
  bool closing_ = false;
  SteadyTime closing_since_{};
  Phase phase_ = Phase::kIdle;
  SteadyTime phase_since_;
  SteadyTime idle_since_;
  std::map<SlotNumber, std::function<void()>> on_gone_;
};

}  // namespace prewarm::http
