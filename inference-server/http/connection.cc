#include "inference-server/http/connection.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "inference-server/http/writer_loop.h"

namespace prewarm::http {

Connection::Connection(int fd, std::string peer_address, WriterLoop* loop)
    : fd_(fcntl(fd, F_DUPFD_CLOEXEC, 0)),
      peer_address_(std::move(peer_address)),
      loop_(loop),
      phase_since_(Clock::System().Now()) {}

Connection::~Connection() {
  loop_->AddPending(-static_cast<std::int64_t>(unsent_));
  if (fd_ >= 0) close(fd_);
}

std::uint64_t Connection::OpenSlot() {
  const std::lock_guard lock(mutex_);
  slots_.push_back({next_slot_, {}, 0, false, false});
  return next_slot_++;
}

int Connection::open_slots() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(slots_.size());
}

bool Connection::Write(std::uint64_t number, std::string bytes, bool done,
                       bool close) {
  bool more = false;
  {
    const std::lock_guard lock(mutex_);
    if (done) on_gone_.erase(number);
    if (slots_.empty() || number < slots_.front().number) return false;
    Slot& slot = slots_[number - slots_.front().number];
    unsent_ += bytes.size();
    if (!loop_->AddPending(static_cast<std::int64_t>(bytes.size())) ||
        (!done && unsent_ > loop_->limits().pending_bytes / 64)) {
      Shutdown();  // a reader that slow is not waited for
      return false;
    }
    if (slot.bytes.empty()) {
      slot.bytes = std::move(bytes);
    } else {
      slot.bytes += bytes;
    }
    slot.done = done;
    slot.close = close;
    if (!gone_) more = FlushLocked();
  }
  if (more) loop_->Watch(shared_from_this());
  return !gone_;
}

bool Connection::Flush() {
  const std::lock_guard lock(mutex_);
  return !gone_ && FlushLocked();
}

bool Connection::FlushLocked() {
  while (!slots_.empty() && !closing_) {
    Slot& slot = slots_.front();
    while (slot.sent < slot.bytes.size()) {
      const ssize_t n =
          send(fd_, slot.bytes.data() + slot.sent,
               slot.bytes.size() - slot.sent, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        if (!blocked_) blocked_since_ = Clock::System().Now();
        blocked_ = true;
        return true;
      }
      if (n <= 0) {
        Shutdown();
        return false;
      }
      blocked_ = false;
      slot.sent += static_cast<std::size_t>(n);
      unsent_ -= static_cast<std::size_t>(n);
      loop_->AddPending(-static_cast<std::int64_t>(n));
    }
    if (!slot.done) {  // an event stream, or a reply still being made
      slot.bytes.clear();
      slot.sent = 0;
      return false;
    }
    if (slot.close) {
      // Only the sending side: a client still sending would get a reset and
      // never see the reply. The loop cuts the rest off.
      shutdown(fd_, SHUT_WR);
      closing_ = true;
      closing_since_ = Clock::System().Now();
    }
    slots_.pop_front();
    phase_since_ = Clock::System().Now();
  }
  return false;
}

void Connection::SendNow(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  if (!slots_.empty()) return;  // would land inside an earlier reply
  [[maybe_unused]] const ssize_t sent =
      send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Connection::MarkGone() {
  std::map<std::uint64_t, std::function<void()>> callbacks;
  {
    const std::lock_guard lock(mutex_);
    gone_ = true;
    callbacks.swap(on_gone_);
  }
  for (const auto& [slot, callback] : callbacks) callback();
}

void Connection::OnGone(std::uint64_t slot, std::function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    if (!gone_) {
      on_gone_[slot] = std::move(callback);
      return;
    }
  }
  callback();
}

void Connection::Shutdown() { shutdown(fd_, SHUT_RDWR); }

bool Connection::Expired(SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  const Limits& limits = loop_->limits();
  if (blocked_ && now - blocked_since_ > limits.write_timeout) return true;
  if (closing_) return now - closing_since_ > std::chrono::seconds(2);
  return phase_ == Phase::kIdle && slots_.empty() &&
         now - phase_since_ > limits.idle_timeout;
}

void Connection::SetPhase(Phase phase, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (phase == phase_) return;
  phase_ = phase;
  phase_since_ = now;
}

Connection::Phase Connection::phase() const {
  const std::lock_guard lock(mutex_);
  return phase_;
}

SteadyTime Connection::phase_since() const {
  const std::lock_guard lock(mutex_);
  return phase_since_;
}

}  // namespace prewarm::http
