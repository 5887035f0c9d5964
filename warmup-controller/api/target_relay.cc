#include "warmup-controller/api/target_relay.h"

#include <utility>

namespace prewarm {
namespace {

using Count = std::shared_ptr<std::atomic<std::size_t>>;

// A stream that has a place among those that may be open, until it is gone.
class PlacedStream : public http::EventStream {
 public:
  PlacedStream(std::shared_ptr<http::EventStream> stream, Count places)
      : stream_(std::move(stream)), places_(std::move(places)) {}
  ~PlacedStream() override { --*places_; }
  PlacedStream(const PlacedStream&) = delete;
  PlacedStream& operator=(const PlacedStream&) = delete;

  bool Write(std::string_view frame) override { return stream_->Write(frame); }
  void Close() override { stream_->Close(); }

 private:
  const std::shared_ptr<http::EventStream> stream_;
  const Count places_;
};

}  // namespace

TargetRelay::TargetRelay(const StatusBoard* board, EventPace pace,
                         std::size_t most_watchers)
    : board_(board),
      most_watchers_(most_watchers),
      watchers_(std::make_shared<std::atomic<std::size_t>>(0)),
      events_(pace),
      thread_([this] { Run(); }) {}

TargetRelay::~TargetRelay() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void TargetRelay::Post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  changed_.notify_all();
}

Status TargetRelay::Watch(const http::ResponderPtr& responder,
                          WatchedTarget target) {
  if (++*watchers_ > most_watchers_) {
    --*watchers_;
    Error error =
        MakeError(ErrorCode::kUnavailable,
                  std::to_string(most_watchers_) +
                      " watch already, more may not; ask again without "
                      "`Accept: text/event-stream`");
    error.retry_after_seconds = 5;
    return error;
  }
  auto stream =
      std::make_shared<PlacedStream>(responder->StartEvents(), watchers_);
  const TargetEvents::Id id = next_id_++;
  Post([this, id, stream = std::move(stream), target = std::move(target)] {
    events_.Add(id, target, stream, *board_->Read(), Clock::System().Now());
  });
  responder->OnClientGone([weak = weak_from_this(), id] {
    const auto self = weak.lock();
    if (self) self->Post([raw = self.get(), id] { raw->events_.Remove(id); });
  });
  return Ok{};
}

void TargetRelay::Run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const SteadyTime due = events_.due();
    const auto woken = [this] { return stop_ || !tasks_.empty(); };
    if (due == SteadyTime::max()) {
      changed_.wait(lock, woken);  // a time that far is more than libc takes
    } else {
      changed_.wait_until(lock, due, woken);
    }
    if (stop_) return;
    auto tasks = std::exchange(tasks_, {});
    lock.unlock();
    for (const auto& task : tasks) task();
    tasks.clear();  // what they own may write when it goes: not under the lock
    events_.Work(board_->Read(), Clock::System().Now());
    lock.lock();
  }
}

}  // namespace prewarm
