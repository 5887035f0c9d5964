#include "common/http/writer_loop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace prewarm::http {
namespace {

constexpr int kSweepMillis = 100;

}  // namespace

WriterLoop::WriterLoop(const Limits& limits, TooSlow too_slow)
    : limits_(limits),
      too_slow_(std::move(too_slow)),
      wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { Run(); }) {}

WriterLoop::~WriterLoop() { close(wake_fd_); }

void WriterLoop::Stop() {
  std::vector<std::shared_ptr<Connection>> watched;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    watched.swap(watched_);
  }
  Wake();
  if (thread_.joinable()) thread_.join();
}

void WriterLoop::Wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t n = write(wake_fd_, &one, sizeof one);
}

void WriterLoop::Register(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock(mutex_);
  all_.push_back(connection);
}

void WriterLoop::Watch(std::shared_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    if (stop_ || std::find(watched_.begin(), watched_.end(), connection) !=
                     watched_.end()) {
      return;
    }
    watched_.push_back(std::move(connection));
  }
  Wake();
}

std::vector<std::shared_ptr<Connection>> WriterLoop::Alive() const {
  std::vector<std::shared_ptr<Connection>> alive;
  const std::lock_guard lock(mutex_);
  for (const auto& weak : all_) {
    if (auto connection = weak.lock()) alive.push_back(std::move(connection));
  }
  return alive;
}

void WriterLoop::Run() {
  SteadyTime swept = Clock::System().Now();
  while (!stop_) {
    std::vector<std::shared_ptr<Connection>> watched;
    {
      const std::lock_guard lock(mutex_);
      watched = watched_;
    }
    std::vector<pollfd> fds = {{wake_fd_, POLLIN, 0}};
    for (const auto& connection : watched) {
      fds.push_back({connection->fd(), POLLOUT, 0});
    }
    poll(fds.data(), fds.size(), kSweepMillis);
    if (fds[0].revents != 0) {
      std::uint64_t count = 0;
      [[maybe_unused]] const ssize_t n = read(wake_fd_, &count, sizeof count);
    }
    std::vector<std::shared_ptr<Connection>> ready;
    for (std::size_t i = 0; i < watched.size(); ++i) {
      if (fds[i + 1].revents != 0) ready.push_back(std::move(watched[i]));
    }
    watched.clear();
    FlushReady(ready);
    const SteadyTime now = Clock::System().Now();
    if (now - swept >= std::chrono::milliseconds(kSweepMillis)) {
      swept = now;
      Sweep();
    }
  }
}

void WriterLoop::FlushReady(
    const std::vector<std::shared_ptr<Connection>>& ready) {
  if (ready.empty()) return;
  {
    // Off the list before the flush, back on it after: a Watch that comes in
    // between must not be lost.
    const std::lock_guard lock(mutex_);
    const auto is_ready = [&](const auto& c) {
      return std::find(ready.begin(), ready.end(), c) != ready.end();
    };
    watched_.erase(std::remove_if(watched_.begin(), watched_.end(), is_ready),
                   watched_.end());
  }
  for (const auto& connection : ready) {
    if (connection->Flush()) Watch(connection);
  }
}

void WriterLoop::Sweep() {
  const auto alive = Alive();
  {
    const std::lock_guard lock(mutex_);
    all_.erase(std::remove_if(all_.begin(), all_.end(),
                              [](const auto& weak) { return weak.expired(); }),
               all_.end());
  }
  const SteadyTime now = Clock::System().Now();
  for (const auto& connection : alive) {
    if (connection->Expired(now)) {
      connection->Shutdown();
    } else if (const auto slot = connection->OpenLateSlot(now)) {
      too_slow_(connection, *slot);
    }
  }
  EvictSlowest(alive);
}

// Too much is unsent: whoever reads nothing for longest pays, not whoever is
// answered next.
void WriterLoop::EvictSlowest(
    const std::vector<std::shared_ptr<Connection>>& alive) {
  if (pending_ <= static_cast<std::int64_t>(limits_.pending_bytes)) return;
  std::shared_ptr<Connection> slowest;
  SteadyTime since = SteadyTime::max();
  for (const auto& connection : alive) {
    const auto blocked = connection->BlockedSince();
    if (blocked && *blocked < since) {
      since = *blocked;
      slowest = connection;
    }
  }
  if (slowest) slowest->Shutdown();
}

}  // namespace prewarm::http
