#include "inference-server/results/shared_results.h"

#include <algorithm>
#include <utility>

#include "common/base/log.h"

namespace prewarm {
namespace {

// Two, so that a sweep keeps nobody waiting.
constexpr int kThreads = 2;
constexpr std::size_t kMostReads = 256;
// Each holds its picture in memory.
constexpr std::size_t kMostWrites = 16;
// Of many thousand files.
constexpr std::chrono::milliseconds kPurgePatience{30000};
// A full volume fails with every picture, and is told once in this time.
constexpr std::chrono::seconds kTellAgain{60};

std::int64_t UnixSeconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(
             time.time_since_epoch())
      .count();
}

Error Unanswered(const std::string& why) {
  Error error = MakeError(ErrorCode::kUnavailable, why);
  error.retry_after_seconds = 1;
  return error;
}

}  // namespace

const char* ResultTaskName(ResultTask task) {
  switch (task) {
    case ResultTask::kRead:
      return "read";
    case ResultTask::kKeep:
      return "keep";
    case ResultTask::kRemove:
      return "remove";
    case ResultTask::kSweep:
      break;
  }
  return "sweep";
}

SharedResults::SharedResults(SharedResultsOptions options, Env* env,
                             Timer* timer, const Clock& clock,
                             ResultWatcher* watcher)
    : options_(std::move(options)),
      store_(options_.folder, options_.limits, env),
      timer_(timer),
      clock_(clock),
      watcher_(watcher),
      io_(kThreads) {
  io_.Post([this] { Sweep(); });
}

SharedResults::~SharedResults() {
  const std::lock_guard lock(life_->mutex);
  life_->over = true;
  timer_->Cancel(life_->next_sweep);
}

std::vector<std::string> SharedResults::TagsOf(
    const std::string& tenant) const {
  std::vector<std::string> tags;
  tags.reserve(options_.secrets.size());
  for (const std::string& secret : options_.secrets) {
    tags.push_back(TenantTag(secret, tenant));
  }
  return tags;
}

bool SharedResults::IsOf(const ResultKey& key,
                         const std::string& tenant) const {
  const auto tags = TagsOf(tenant);
  return std::find(tags.begin(), tags.end(), key.tenant) != tags.end();
}

// Under Life's mutex.
struct SharedResults::Question {
  bool begun = false;
  bool late = false;  // answered, by lateness
};

template <typename Outcome>
void SharedResults::Ask(std::size_t most, std::chrono::milliseconds patience,
                        std::function<Outcome()> work,
                        std::function<void(Outcome)> done) {
  const auto stuck = [&] {
    const std::lock_guard lock(life_->mutex);
    return life_->stuck > 0;
  };
  if (io_.load().waiting >= most || stuck()) {
    done(Unanswered("the results' folder does not answer those before"));
    return;
  }
  const auto question = std::make_shared<Question>();
  const auto held =
      std::make_shared<std::function<void(Outcome)>>(std::move(done));
  const Timer::Id late = timer_->At(
      clock_.Now() + patience, [life = life_, question, held, patience] {
        {
          const std::lock_guard lock(life->mutex);
          question->late = true;
          if (question->begun) ++life->stuck;
        }
        (*held)(Unanswered("the results' folder does not answer within " +
                           std::to_string(patience.count()) + " ms"));
      });
  io_.Post([this, question, held, late, work = std::move(work)] {
    {
      const std::lock_guard lock(life_->mutex);
      if (question->late) return;
      question->begun = true;
    }
    Outcome outcome = work();
    // The timer's function has run, runs, or never will.
    if (timer_->Cancel(late)) {
      (*held)(std::move(outcome));
      return;
    }
    const std::lock_guard lock(life_->mutex);
    if (question->late) {
      --life_->stuck;
    } else {
      question->begun = false;  // it is late within a moment
    }
  });
}

void SharedResults::Trouble(ResultTask task, const Error& error) {
  watcher_->OnTrouble(task);
  const SteadyTime now = clock_.Now();
  {
    const std::lock_guard lock(mutex_);
    auto& told = told_.at(static_cast<std::size_t>(task));
    if (told && now - *told < kTellAgain) return;
    told = now;
  }
  Log(LogLevel::kWarning, "result_store_trouble",
      {{"task", ResultTaskName(task)}, {"reason", error.message}});
}

void SharedResults::Lost(const SweptResults& swept) {
  watcher_->OnLost(ResultLoss::kExpired, swept.expired);
  watcher_->OnLost(ResultLoss::kRoom, swept.for_room);
  watcher_->OnUsage(store_.usage());
}

Result<StoredResult> SharedResults::Look(const ResultKey& key) {
  auto result = store_.Get(key, clock_.WallNow());
  if (!result.ok() && result.error().code == ErrorCode::kCorrupt) {
    watcher_->OnLost(ResultLoss::kDamaged, 1);
    Log(LogLevel::kWarning, "result_damaged",
        {{"key", key.Text()}, {"reason", result.error().message}});
    return MakeError(ErrorCode::kNotFound, "the stored result was damaged",
                     "key");
  }
  return result;
}

void SharedResults::Find(const ResultKey& key, ResultReader reader,
                         std::function<void(Result<StoredResult>)> found) {
  Ask<Result<StoredResult>>(
      kMostReads, options_.patience, [this, key] { return Look(key); },
      [this, reader, found = std::move(found)](Result<StoredResult> result) {
        watcher_->OnLookup(reader, result.ok());
        if (!result.ok() && result.error().code != ErrorCode::kNotFound) {
          Trouble(ResultTask::kRead, result.error());
        }
        found(std::move(result));
      });
}

void SharedResults::Keep(const ResultKey& key, StoredResult result,
                         std::function<void(const Status&)> done) {
  const auto held = std::make_shared<StoredResult>(std::move(result));
  Ask<Status>(
      kMostWrites, options_.patience,
      [this, key, held]() -> Status {
        held->created = UnixSeconds(clock_.WallNow());
        PREWARM_ASSIGN_OR_RETURN(const SweptResults swept,
                                 store_.Put(key, *held, clock_.WallNow()));
        watcher_->OnKept();
        Lost(swept);
        return Ok{};
      },
      // NOLINTNEXTLINE(performance-unnecessary-value-param): as Ask gives it
      [this, done = std::move(done)](Status kept) {
        if (!kept.ok()) Trouble(ResultTask::kKeep, kept.error());
        done(kept);
      });
}

void SharedResults::Remove(const ResultKey& key,
                           std::function<void(const Status&)> done) {
  Ask<Status>(
      kMostReads, options_.patience, [this, key] { return store_.Remove(key); },
      // NOLINTNEXTLINE(performance-unnecessary-value-param): as Ask gives it
      [this, done = std::move(done)](Status removed) {
        if (!removed.ok()) Trouble(ResultTask::kRemove, removed.error());
        done(removed);
      });
}

void SharedResults::Purge(
    std::optional<std::vector<std::string>> tags,
    std::function<void(const Result<std::size_t>&)> done) {
  Ask<Result<std::size_t>>(
      kMostReads, std::max(options_.patience, kPurgePatience),
      [this, tags = std::move(tags)]() -> Result<std::size_t> {
        if (!tags) return store_.Purge(std::nullopt);
        std::size_t removed = 0;
        for (const std::string& tag : *tags) {
          PREWARM_ASSIGN_OR_RETURN(const std::size_t more, store_.Purge(tag));
          removed += more;
        }
        return removed;
      },
      // NOLINTNEXTLINE(performance-unnecessary-value-param): as Ask gives it
      [this, done = std::move(done)](Result<std::size_t> removed) {
        if (!removed.ok()) Trouble(ResultTask::kRemove, removed.error());
        done(removed);
        io_.Post([this] {
          const auto swept = store_.Sweep(clock_.WallNow());
          if (swept.ok()) Lost(*swept);
        });
      });
}

void SharedResults::Sweep() {
  const auto swept = store_.Sweep(clock_.WallNow());
  if (swept.ok()) {
    Lost(*swept);
  } else {
    Trouble(ResultTask::kSweep, swept.error());
  }
  SweepLater();
}

void SharedResults::SweepLater() {
  const std::chrono::seconds pause =
      std::clamp(options_.limits.ttl, std::chrono::seconds(1),
                 std::max(options_.sweep_every, std::chrono::seconds(1)));
  const std::lock_guard lock(life_->mutex);
  if (life_->over) return;
  life_->next_sweep = timer_->At(clock_.Now() + pause, [this, life = life_] {
    const std::lock_guard still(life->mutex);
    if (!life->over) io_.Post([this] { Sweep(); });
  });
}

}  // namespace prewarm
