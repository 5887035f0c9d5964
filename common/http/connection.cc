#include "common/http/connection.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/http/writer_loop.h"

namespace prewarm::http {
namespace {

// A reader that takes less than this in a write timeout is cut off: one byte
// now and then must not hold a reply in memory for ever.
constexpr std::size_t kLeastProgress = 16 << 10;
// How long a client may go on sending after the last reply.
constexpr std::chrono::seconds kLinger{2};

}  // namespace

Connection::Connection(int fd, std::string peer_address,
                       std::shared_ptr<WriterLoop> loop)
    : fd_(fcntl(fd, F_DUPFD_CLOEXEC, 0)),
      peer_address_(std::move(peer_address)),
      loop_(std::move(loop)),
      phase_since_(Clock::System().Now()),
      idle_since_(phase_since_) {}

Connection::~Connection() {
  loop_->AddPending(-static_cast<std::int64_t>(counted_));
  if (fd_ >= 0) close(fd_);
}

std::optional<Connection::SlotNumber> Connection::OpenSlot(bool last) {
  const std::lock_guard lock(mutex_);
  if (no_more_ || gone_) return std::nullopt;
  no_more_ = last;
  slots_.emplace_back();
  return first_slot_ + slots_.size() - 1;
}

std::optional<Connection::SlotNumber> Connection::OpenLateSlot(SteadyTime now) {
  const Limits& limits = loop_->limits();
  const std::lock_guard lock(mutex_);
  if (no_more_ || gone_ || phase_ == Phase::kIdle) return std::nullopt;
  if (now - phase_since_ <=
      (phase_ == Phase::kHead ? limits.head_timeout : limits.body_timeout)) {
    return std::nullopt;
  }
  phase_ = Phase::kIdle;
  no_more_ = true;
  slots_.emplace_back();
  return first_slot_ + slots_.size() - 1;
}

int Connection::open_slots() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(slots_.size());
}

bool Connection::IsLast(SlotNumber slot) const {
  const std::lock_guard lock(mutex_);
  return slot + 1 >= first_slot_ + slots_.size();
}

bool Connection::Write(SlotNumber number, std::string bytes, bool done,
                       bool close) {
  // Destroyed after the lock: it may own a responder of this connection.
  std::map<SlotNumber, std::function<void()>>::node_type answered;
  bool more = false;
  {
    const std::lock_guard lock(mutex_);
    if (done) answered = on_gone_.extract(number);
    if (number < first_slot_ || number - first_slot_ >= slots_.size()) {
      return false;
    }
    Slot& slot = slots_[number - first_slot_];
    if (slot.done) return false;
    unsent_ += bytes.size();
    if (slot.bytes.empty()) {
      slot.bytes = std::move(bytes);
    } else {
      slot.bytes.erase(0, std::exchange(slot.sent, 0));
      slot.bytes += bytes;
    }
    slot.done = done;
    slot.close = close;
    more = FlushLocked();
    CountUnsent();
    // A watcher that slow is not waited for. Neither is anyone when even the
    // loop's eviction of the slowest does not keep up.
    if ((counted_ > 0 && loop_->far_over_limit()) ||
        (!done && unsent_ > loop_->limits().stream_bytes)) {
      DropFrom(0);
      CountUnsent();
      Shutdown();
      return false;
    }
  }
  if (more) loop_->Watch(shared_from_this());
  return !gone_;
}

void Connection::BecomeStream() const {
  const int bytes = static_cast<int>(loop_->limits().stream_bytes);
  setsockopt(fd_, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  const auto millis =
      static_cast<unsigned>(loop_->limits().write_timeout.count());
  setsockopt(fd_, IPPROTO_TCP, TCP_USER_TIMEOUT, &millis, sizeof millis);
}

bool Connection::Flush() {
  const std::lock_guard lock(mutex_);
  const bool more = FlushLocked();
  CountUnsent();
  return more;
}

// True when everything the slot has was taken by the socket.
bool Connection::SendFront(Slot* slot) {
  while (slot->sent < slot->bytes.size()) {
    const ssize_t n =
        send(fd_, slot->bytes.data() + slot->sent,
             slot->bytes.size() - slot->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      if (!blocked_ || progress_ >= kLeastProgress) {
        blocked_since_ = Clock::System().Now();
        progress_ = 0;
      }
      blocked_ = true;
      return false;
    }
    if (n <= 0) {
      DropFrom(0);
      Shutdown();
      return false;
    }
    slot->sent += static_cast<std::size_t>(n);
    unsent_ -= static_cast<std::size_t>(n);
    progress_ += static_cast<std::size_t>(n);
  }
  blocked_ = false;
  return true;
}

bool Connection::FlushLocked() {
  while (!slots_.empty() && !closing_) {
    Slot& slot = slots_.front();
    if (!SendFront(&slot)) return !slots_.empty();
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
      DropFrom(0);
      return false;
    }
    slots_.pop_front();
    ++first_slot_;
    idle_since_ = Clock::System().Now();
  }
  return false;
}

void Connection::DropFrom(std::size_t index) {
  for (std::size_t i = index; i < slots_.size(); ++i) {
    unsent_ -= slots_[i].bytes.size() - slots_[i].sent;
  }
  if (index == 0) first_slot_ += slots_.size();
  slots_.resize(index);
  no_more_ = true;
  if (index == 0) blocked_ = false;
}

void Connection::CountUnsent() {
  if (unsent_ == counted_) return;
  loop_->AddPending(static_cast<std::int64_t>(unsent_) -
                    static_cast<std::int64_t>(counted_));
  counted_ = unsent_;
}

void Connection::SendNow(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  if (!slots_.empty() || closing_) return;  // would land inside a reply
  [[maybe_unused]] const ssize_t sent =
      send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Connection::MarkGone() {
  std::map<SlotNumber, std::function<void()>> callbacks;
  {
    const std::lock_guard lock(mutex_);
    gone_ = true;
    callbacks.swap(on_gone_);
    std::size_t answered = 0;
    while (answered < slots_.size() && slots_[answered].done) ++answered;
    DropFrom(answered);
    if (!slots_.empty()) slots_.back().close = true;
    CountUnsent();
  }
  for (const auto& [slot, callback] : callbacks) callback();
}

void Connection::OnGone(SlotNumber slot, std::function<void()> callback) {
  std::function<void()> replaced;  // destroyed after the lock
  {
    const std::lock_guard lock(mutex_);
    if (!gone_) {
      const bool open = slot >= first_slot_ &&
                        slot - first_slot_ < slots_.size() &&
                        !slots_[slot - first_slot_].done;
      if (!open) return;
      replaced = std::exchange(on_gone_[slot], std::move(callback));
      return;
    }
  }
  callback();
}

void Connection::Shutdown() const { shutdown(fd_, SHUT_RDWR); }

bool Connection::Expired(SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  const Limits& limits = loop_->limits();
  if (blocked_ && now - blocked_since_ > limits.write_timeout) return true;
  if (closing_) return now - closing_since_ > kLinger;
  return phase_ == Phase::kIdle && slots_.empty() &&
         now - idle_since_ > limits.idle_timeout;
}

std::optional<SteadyTime> Connection::BlockedSince() const {
  const std::lock_guard lock(mutex_);
  return blocked_ ? std::optional(blocked_since_) : std::nullopt;
}

void Connection::StartPhase(Phase phase, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  phase_ = phase;
  phase_since_ = now;
  if (phase == Phase::kIdle) idle_since_ = now;
}

bool Connection::Drained() const {
  const std::lock_guard lock(mutex_);
  return unsent_ == 0 &&
         (gone_ || closing_ || no_more_ || phase_ == Phase::kIdle);
}

}  // namespace prewarm::http
