#include "inference-server/http/writer_loop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "inference-server/http/connection.h"

namespace prewarm::http {
namespace {

constexpr int kSweepMillis = 100;

}  // namespace

WriterLoop::WriterLoop(
    const Limits& limits,
    std::function<void(const std::shared_ptr<Connection>&)> too_slow)
    : limits_(limits),
      too_slow_(std::move(too_slow)),
      wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { Run(); }) {}

WriterLoop::~WriterLoop() {
  stop_ = true;
  Wake();
  thread_.join();
  // Connections count their unsent bytes here: let them go first.
  watched_.clear();
  close(wake_fd_);
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
    if (std::find(watched_.begin(), watched_.end(), connection) !=
        watched_.end()) {
      return;
    }
    watched_.push_back(std::move(connection));
  }
  Wake();
}

bool WriterLoop::AddPending(std::int64_t bytes) {
  return (pending_ += bytes) <=
         static_cast<std::int64_t>(limits_.pending_bytes);
}

int WriterLoop::connections() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(
      std::count_if(all_.begin(), all_.end(),
                    [](const auto& weak) { return !weak.expired(); }));
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
    for (std::size_t i = 0; i < watched.size(); ++i) {
      if (fds[i + 1].revents == 0 || watched[i]->Flush()) continue;
      const std::lock_guard lock(mutex_);
      watched_.erase(std::remove(watched_.begin(), watched_.end(), watched[i]),
                     watched_.end());
    }
    watched.clear();
    const SteadyTime now = Clock::System().Now();
    if (now - swept >= std::chrono::milliseconds(kSweepMillis)) {
      swept = now;
      Sweep();
    }
  }
}

void WriterLoop::Sweep() {
  std::vector<std::shared_ptr<Connection>> alive;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& weak : all_) {
      if (auto connection = weak.lock()) alive.push_back(std::move(connection));
    }
    all_.assign(alive.begin(), alive.end());
  }
  const SteadyTime now = Clock::System().Now();
  for (const auto& connection : alive) {
    const auto waiting = now - connection->phase_since();
    const auto phase = connection->phase();
    if (connection->gone()) {
      const std::lock_guard lock(mutex_);
      watched_.erase(std::remove(watched_.begin(), watched_.end(), connection),
                     watched_.end());
    } else if (connection->Expired(now)) {
      connection->Shutdown();
    } else if ((phase == Connection::Phase::kHead &&
                waiting > limits_.head_timeout) ||
               (phase == Connection::Phase::kBody &&
                waiting > limits_.body_timeout)) {
      too_slow_(connection);
    }
  }
}

}  // namespace prewarm::http
