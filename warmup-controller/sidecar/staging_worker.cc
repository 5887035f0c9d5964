#include "warmup-controller/sidecar/staging_worker.h"

#include <utility>

#include "common/base/backoff.h"
#include "common/base/log.h"

namespace prewarm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kFirstRetry{1};
constexpr seconds kLongestRetry{30};
// A server keeps its state soon after it has become ready.
constexpr seconds kSoon{2};
constexpr seconds kSeldom{30};
constexpr seconds kAfterProof{60};

}  // namespace

StagingWorker::StagingWorker(Staging* staging, StagingBoard* board,
                             bool publish, std::function<void()> on_staged)
    : staging_(staging),
      board_(board),
      publish_(publish),
      on_staged_(std::move(on_staged)),
      thread_([this] { Run(); }) {}

StagingWorker::~StagingWorker() {
  board_->Cancel();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void StagingWorker::Proven() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    proven_ = Clock::System().Now();
    awake_ = true;
  }
  changed_.notify_all();
}

bool StagingWorker::Stop(milliseconds patience) {
  board_->Cancel();
  std::unique_lock<std::mutex> lock(mutex_);
  stop_ = true;
  changed_.notify_all();
  if (!changed_.wait_for(lock, patience, [this] { return ended_; })) {
    return false;
  }
  lock.unlock();
  thread_.join();
  return true;
}

bool StagingWorker::Pause(milliseconds most) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_for(lock, most, [this] { return stop_ || awake_; });
  awake_ = false;
  return !stop_;
}

milliseconds StagingWorker::PublishPause() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return proven_ != SteadyTime::min() &&
                 Clock::System().Now() - proven_ < kAfterProof
             ? kSoon
             : kSeldom;
}

void StagingWorker::StageAll() {
  for (int failures = 1;; ++failures) {
    const Status staged = staging_->Stage();
    if (staged.ok()) break;
    if (board_->cancelled()) return;
    Log(LogLevel::kError, "staging_failed",
        {{"reason", staged.error().message}, {"attempt", failures}});
    if (!Pause(Backoff(kFirstRetry, kLongestRetry, failures))) return;
  }
  on_staged_();
  const Status later = staging_->StageLater();
  if (!later.ok() && !board_->cancelled()) {
    // A server that starts from its state never misses them.
    Log(LogLevel::kWarning, "weights_not_staged",
        {{"reason", later.error().message}});
  }
}

void StagingWorker::Run() {
  StageAll();
  std::string told;
  bool more = board_->Read().staged && publish_;
  while (more) {
    more = Pause(PublishPause());
    const Status published = staging_->Publish();
    if (published.ok()) {
      told.clear();
      continue;
    }
    if (published.error().message != told) {
      told = published.error().message;
      Log(LogLevel::kWarning, "not_published", {{"reason", told}});
    }
    // Read-only: it will not become another.
    if (published.error().code == ErrorCode::kForbidden) more = false;
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

}  // namespace prewarm
