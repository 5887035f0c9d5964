#include "inference-server/scheduling/job_queue.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace prewarm {
namespace {

// Before anything was measured: one picture on a small machine.
constexpr double kAssumedMillis = 2000;

}  // namespace

struct JobQueue::Accounts {
  std::mutex mutex;
  int running = 0;
  std::size_t running_bytes = 0;
  std::size_t waiting_bytes = 0;
  JobQueue* queue = nullptr;  // null once it is gone
};

JobQueue::JobQueue(const AdmissionLimits& limits, int concurrency, Timer* timer)
    : limits_(limits),
      concurrency_(concurrency),
      timer_(timer),
      accounts_(std::make_shared<Accounts>()) {
  accounts_->queue = this;
}

JobQueue::~JobQueue() {
  {
    const std::lock_guard lock(accounts_->mutex);
    accounts_->queue = nullptr;
  }
  AbandonAll(MakeError(ErrorCode::kUnavailable, "the server is stopping"));
}

AdmissionLoad JobQueue::load() const {
  const std::lock_guard lock(mutex_);
  const std::lock_guard accounts_lock(accounts_->mutex);
  return {static_cast<int>(waiting_.size()) + accounts_->running,
          accounts_->running_bytes + accounts_->waiting_bytes};
}

int JobQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(waiting_.size());
}

Result<JobQueue::Id> JobQueue::Submit(Job job) {
  Id id = 0;
  {
    const AdmissionLoad now = load();
    const std::lock_guard lock(mutex_);
    PREWARM_RETURN_IF_ERROR(
        Admit(limits_, now, job.memory_bytes,
              service_time_.RetryAfterSeconds(now.queued, kAssumedMillis)));
    id = next_++;
    {
      const std::lock_guard accounts_lock(accounts_->mutex);
      accounts_->waiting_bytes += job.memory_bytes;
    }
    const Timer::Id timer =
        timer_->At(job.deadline, [this, id] { Expire(id); });
    waiting_.push_back({id, std::move(job), timer});
  }
  StartWhatMay();
  return id;
}

void JobQueue::StartWhatMay() {
  while (true) {
    Job job;
    JobTicket ticket;
    {
      const std::lock_guard lock(mutex_);
      const std::lock_guard accounts_lock(accounts_->mutex);
      if (!open_ || waiting_.empty() || accounts_->running >= concurrency_) {
        return;
      }
      timer_->Cancel(waiting_.front().timer);
      job = std::move(waiting_.front().job);
      waiting_.pop_front();
      const std::size_t bytes = job.memory_bytes;
      accounts_->waiting_bytes -= bytes;
      accounts_->running_bytes += bytes;
      ++accounts_->running;
      ticket = JobTicket(accounts_.get(), [accounts = accounts_, bytes](void*) {
        JobQueue* queue = nullptr;
        {
          const std::lock_guard guard(accounts->mutex);
          accounts->running_bytes -= bytes;
          --accounts->running;
          queue = accounts->queue;
        }
        if (queue != nullptr) queue->StartWhatMay();
      });
    }
    job.start(std::move(ticket));
  }
}

bool JobQueue::Cancel(Id id) {
  Job dropped;
  {
    const std::lock_guard lock(mutex_);
    const auto it = std::find_if(waiting_.begin(), waiting_.end(),
                                 [id](const Waiting& w) { return w.id == id; });
    if (it == waiting_.end()) return false;
    timer_->Cancel(it->timer);
    dropped = std::move(it->job);
    waiting_.erase(it);
    const std::lock_guard accounts_lock(accounts_->mutex);
    accounts_->waiting_bytes -= dropped.memory_bytes;
  }
  return true;
}

void JobQueue::Expire(Id id) {
  std::function<void(const Error&)> abandon;
  int ahead = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto it = std::find_if(waiting_.begin(), waiting_.end(),
                                 [id](const Waiting& w) { return w.id == id; });
    if (it == waiting_.end()) return;
    abandon = std::move(it->job.abandon);
    ahead = static_cast<int>(std::distance(waiting_.begin(), it)) + 1;
    const std::lock_guard accounts_lock(accounts_->mutex);
    accounts_->waiting_bytes -= it->job.memory_bytes;
    waiting_.erase(it);
  }
  Error error =
      MakeError(ErrorCode::kUnavailable,
                "the request waited as long as max_wait allows", "max_wait");
  error.retry_after_seconds =
      service_time_.RetryAfterSeconds(ahead, kAssumedMillis);
  abandon(error);
}

void JobQueue::SetOpen(bool open) {
  {
    const std::lock_guard lock(mutex_);
    open_ = open;
  }
  StartWhatMay();
}

void JobQueue::AbandonAll(const Error& error) {
  std::list<Waiting> all;
  {
    const std::lock_guard lock(mutex_);
    all.swap(waiting_);
    const std::lock_guard accounts_lock(accounts_->mutex);
    accounts_->waiting_bytes = 0;
  }
  for (Waiting& waiting : all) {
    timer_->Cancel(waiting.timer);
    waiting.job.abandon(error);
  }
}

}  // namespace prewarm
