#include "inference-server/scheduling/job_queue.h"

#include <algorithm>
#include <list>
#include <mutex>
#include <set>
#include <utility>

namespace prewarm {
namespace {

// Before anything was measured: one picture on a small machine.
constexpr double kAssumedMillis = 2000;

}  // namespace

struct JobQueue::State : std::enable_shared_from_this<State> {
  struct Waiting {
    Id id;
    Job job;
    Timer::Id timer = 0;  // 0: none yet
  };

  State(const AdmissionLimits& of, int at_once, Timer* ticker)
      : limits(of), concurrency(at_once), timer(ticker) {}

  // All of these expect the lock to be held.
  AdmissionLoad Load() const {
    return {static_cast<int>(waiting.size()) + running, own_bytes,
            network_bytes.empty() ? 0 : *network_bytes.rbegin()};
  }
  // From Submit until the job is gone.
  void Reserve(const MemoryNeed& need) {
    own_bytes += need.own_bytes;
    network_bytes.insert(need.network_bytes);
  }
  void Free(const MemoryNeed& need) {
    own_bytes -= need.own_bytes;
    network_bytes.erase(network_bytes.find(need.network_bytes));
  }
  std::list<Waiting>::iterator Find(Id id) {
    return std::find_if(waiting.begin(), waiting.end(),
                        [id](const Waiting& w) { return w.id == id; });
  }
  JobTicket TakePlace(const MemoryNeed& need);

  // These take it.
  void StartWhatMay();
  void ArmDeadline(Id id);
  void Expire(Id id);

  const AdmissionLimits limits;
  const int concurrency;
  Timer* const timer;
  ServiceTime service_time;

  std::mutex mutex;
  std::list<Waiting> waiting;
  int running = 0;
  std::size_t own_bytes = 0;
  std::multiset<std::size_t> network_bytes;
  bool open = false;
  Id next = 1;
};

JobTicket JobQueue::State::TakePlace(const MemoryNeed& need) {
  ++running;
  return JobTicket(this, [self = shared_from_this(), need](void*) {
    {
      const std::lock_guard lock(self->mutex);
      --self->running;
      self->Free(need);
    }
    self->StartWhatMay();
  });
}

void JobQueue::State::StartWhatMay() {
  while (true) {
    Job job;
    JobTicket ticket;
    {
      const std::lock_guard lock(mutex);
      if (!open || waiting.empty() || running >= concurrency) return;
      if (waiting.front().timer != 0) timer->Cancel(waiting.front().timer);
      job = std::move(waiting.front().job);
      waiting.pop_front();
      ticket = TakePlace(job.memory);
    }
    job.start(std::move(ticket));
  }
}

void JobQueue::State::ArmDeadline(Id id) {
  const std::lock_guard lock(mutex);
  const auto it = Find(id);
  if (it == waiting.end()) return;
  it->timer = timer->At(it->job.deadline, [weak = weak_from_this(), id] {
    if (const auto self = weak.lock()) self->Expire(id);
  });
}

void JobQueue::State::Expire(Id id) {
  Job job;
  int ahead = 0;
  {
    const std::lock_guard lock(mutex);
    const auto it = Find(id);
    if (it == waiting.end()) return;
    ahead = static_cast<int>(std::distance(waiting.begin(), it)) + 1;
    job = std::move(it->job);
    Free(job.memory);
    waiting.erase(it);
  }
  Error error =
      MakeError(ErrorCode::kUnavailable,
                "the request waited as long as max_wait allows", "max_wait");
  error.retry_after_seconds =
      service_time.RetryAfterSeconds(ahead, kAssumedMillis);
  job.abandon(error);
}

JobQueue::JobQueue(const AdmissionLimits& limits, int concurrency, Timer* timer)
    : state_(std::make_shared<State>(limits, concurrency, timer)) {}

JobQueue::~JobQueue() {
  SetOpen(false);
  AbandonAll(MakeError(ErrorCode::kUnavailable, "the server is stopping"));
}

ServiceTime& JobQueue::service_time() { return state_->service_time; }

AdmissionLoad JobQueue::load() const {
  const std::lock_guard lock(state_->mutex);
  return state_->Load();
}

int JobQueue::waiting() const {
  const std::lock_guard lock(state_->mutex);
  return static_cast<int>(state_->waiting.size());
}

Result<JobQueue::Id> JobQueue::Submit(Job job) {
  Id id = 0;
  {
    const std::lock_guard lock(state_->mutex);
    const AdmissionLoad now = state_->Load();
    PREWARM_RETURN_IF_ERROR(Admit(
        state_->limits, now, job.memory,
        state_->service_time.RetryAfterSeconds(now.queued, kAssumedMillis)));
    id = state_->next++;
    state_->Reserve(job.memory);
    state_->waiting.push_back({id, std::move(job)});
  }
  // The deadline counts for what has to wait: a free place is taken even by a
  // job that may not wait at all.
  state_->StartWhatMay();
  state_->ArmDeadline(id);
  return id;
}

bool JobQueue::Cancel(Id id) {
  Job dropped;  // destroyed without the lock
  const std::lock_guard lock(state_->mutex);
  const auto it = state_->Find(id);
  if (it == state_->waiting.end()) return false;
  if (it->timer != 0) state_->timer->Cancel(it->timer);
  dropped = std::move(it->job);
  state_->Free(dropped.memory);
  state_->waiting.erase(it);
  return true;
}

void JobQueue::SetOpen(bool open) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->open = open;
  }
  state_->StartWhatMay();
}

void JobQueue::AbandonAll(const Error& error) {
  std::list<State::Waiting> all;
  {
    const std::lock_guard lock(state_->mutex);
    all.swap(state_->waiting);
    for (const State::Waiting& waiting : all) state_->Free(waiting.job.memory);
  }
  for (State::Waiting& waiting : all) {
    if (waiting.timer != 0) state_->timer->Cancel(waiting.timer);
    waiting.job.abandon(error);
  }
}

}  // namespace prewarm
