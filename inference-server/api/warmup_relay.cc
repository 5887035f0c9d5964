#include "inference-server/api/warmup_relay.h"

#include <algorithm>
#include <utility>

namespace prewarm {
namespace {

// Should the thread ever be this many turns of the state behind, the oldest are
// no news any more.
constexpr std::size_t kMostChanges = 64;

}  // namespace

WarmupRelay::WarmupRelay(const ApiContext* context, EventPace pace)
    : context_(context),
      events_(context, pace,
              [warm_up = context->warm_up] { return warm_up->status(); }),
      joiners_(context),
      thread_([this] { Run(); }) {
  observer_ = context->warm_up->Observe(
      [this](const WarmStatus& status) { OnChange(status); });
}

WarmupRelay::~WarmupRelay() {
  context_->warm_up->Forget(observer_);
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

// Under the warm-up's lock: no more than a copy.
void WarmupRelay::OnChange(const WarmStatus& status) {
  {
    const std::lock_guard lock(mutex_);
    // Of changes within one state the last says all.
    if (!changes_.empty() && changes_.back().state == status.state) {
      changes_.back() = status;
    } else {
      changes_.push_back(status);
      if (changes_.size() > kMostChanges) changes_.pop_front();
    }
  }
  changed_.notify_all();
}

void WarmupRelay::Post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  changed_.notify_all();
}

void WarmupRelay::Watch(const http::ResponderPtr& responder,
                        std::string last_event_id) {
  const std::uint64_t id = next_id_++;
  Post([this, id, stream = responder->StartEvents(),
        last = std::move(last_event_id)] {
    events_.Add(id, stream, last, Clock::System().Now());
  });
  responder->OnClientGone([weak = weak_from_this(), id] {
    const auto self = weak.lock();
    if (self) self->Post([raw = self.get(), id] { raw->events_.Remove(id); });
  });
}

void WarmupRelay::Join(WarmupJoiners::Joiner joiner) {
  const std::uint64_t id = next_id_++;
  const http::ResponderPtr responder = joiner.responder;
  Post([this, id, joiner = std::move(joiner)] {
    joiners_.Add(id, joiner);
    // It may have been settled before this joiner was known here.
    joiners_.Change(context_->warm_up->status());
  });
  responder->OnClientGone([weak = weak_from_this(), id] {
    const auto self = weak.lock();
    if (self) self->Post([raw = self.get(), id] { raw->joiners_.Remove(id); });
  });
}

void WarmupRelay::Run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const SteadyTime due = std::min(events_.due(), joiners_.due());
    const auto woken = [this] {
      return stop_ || !tasks_.empty() || !changes_.empty();
    };
    if (due == SteadyTime::max()) {
      changed_.wait(lock, woken);  // a time that far is more than libc takes
    } else {
      changed_.wait_until(lock, due, woken);
    }
    if (stop_) return;
    auto tasks = std::exchange(tasks_, {});
    const auto changes = std::exchange(changes_, {});
    lock.unlock();
    // Changes first: who comes now sees the state that they led to.
    for (const WarmStatus& status : changes) {
      joiners_.Change(status);
      events_.Change(status, Clock::System().Now());
    }
    for (const auto& task : tasks) task();
    tasks.clear();  // what they own may write when it goes: not under the lock
    const SteadyTime now = Clock::System().Now();
    joiners_.Expire(now);
    events_.Work(now);
    lock.lock();
  }
}

}  // namespace prewarm
