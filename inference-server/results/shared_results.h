// Shared results for the endpoints, which never wait for a disk: each question
// is asked on a thread of the results' own and answered within a time, by an
// error if need be. Thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/base/timer.h"
#include "common/base/worker_pool.h"
#include "inference-server/results/result_store.h"

namespace prewarm {

// Who asks for a result: an upload that may need no inference, or a GET.
enum class ResultReader { kProcess, kGet };
// What went wrong with the folder.
enum class ResultTask { kRead, kKeep, kRemove, kSweep };
const char* ResultTaskName(ResultTask task);
// Why results are gone before somebody asked for that.
enum class ResultLoss { kExpired, kRoom, kDamaged };

// What there is to count. Called from several threads; must not block.
class ResultWatcher {
 public:
  virtual ~ResultWatcher() = default;
  virtual void OnLookup(ResultReader reader, bool hit) = 0;
  virtual void OnKept() = 0;
  virtual void OnLost(ResultLoss why, std::size_t count) = 0;
  virtual void OnTrouble(ResultTask task) = 0;
  virtual void OnUsage(const ResultUsage& usage) = 0;
};

struct SharedResultsOptions {
  std::string folder;
  ResultLimits limits;
  // One or two, the newer first: it names results. A tenant is known by both.
  std::vector<std::string> secrets;
  // For each question; the folder may lie on a volume that hangs.
  std::chrono::milliseconds patience{2000};
  // The first at the start; sooner where results live shorter.
  std::chrono::seconds sweep_every{60};
};

class SharedResults {
 public:
  // All outlive this object. It ends when every question was answered.
  SharedResults(SharedResultsOptions options, Env* env, Timer* timer,
                const Clock& clock, ResultWatcher* watcher);
  ~SharedResults();
  SharedResults(const SharedResults&) = delete;
  SharedResults& operator=(const SharedResults&) = delete;

  // That which names results.
  const std::string& secret() const { return options_.secrets.front(); }
  bool IsOf(const ResultKey& key, const std::string& tenant) const;
  // Under each of the secrets.
  std::vector<std::string> TagsOf(const std::string& tenant) const;

  // The functions below are called once, on a thread of the results or the
  // timer's; they must not block. kUnavailable: the folder does not answer, or
  // too many ask.

  // kNotFound: there is none, or none that is whole.
  void Find(const ResultKey& key, ResultReader reader,
            std::function<void(Result<StoredResult>)> found);
  // Ok: from now on Find has it, here and where else the folder is read.
  // `created` is set here.
  void Keep(const ResultKey& key, StoredResult result,
            std::function<void(const Status&)> done);
  void Remove(const ResultKey& key, std::function<void(const Status&)> done);
  // Those of the tags (see TagsOf), or all; how many.
  void Purge(std::optional<std::vector<std::string>> tags,
             std::function<void(const Result<std::size_t>&)> done);

 private:
  // Runs `work` on a thread of the results and gives its outcome to `done`, or
  // kUnavailable: when it took too long (`work` is not begun after that), and
  // at once when `most` wait already or one is overdue that was begun.
  template <typename Outcome>
  void Ask(std::size_t most, std::chrono::milliseconds patience,
           std::function<Outcome()> work, std::function<void(Outcome)> done);
  void Trouble(ResultTask task, const Error& error);
  Result<StoredResult> Look(const ResultKey& key);
  void Lost(const SweptResults& swept);
  void Sweep();
  void SweepLater();

  const SharedResultsOptions options_;
  ResultStore store_;
  Timer* const timer_;
  const Clock& clock_;
  ResultWatcher* const watcher_;
  // The timer may still hold its functions when this object has gone.
  struct Life {
    std::mutex mutex;
    bool over = false;
    Timer::Id next_sweep = 0;
    int stuck = 0;  // questions that are overdue, and still at work
  };
  struct Question;
  const std::shared_ptr<Life> life_ = std::make_shared<Life>();
  std::mutex mutex_;
  std::array<std::optional<SteadyTime>, 4> told_;  // troubles, by task
  WorkerPool io_;  // last: its threads use all of the above
};

}  // namespace prewarm
