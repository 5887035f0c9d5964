// What the next leader should know, in a ConfigMap beside the Lease: learned
// lead times, spent hours, openings that were met, the dashboard's record.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "common/base/clock.h"
#include "common/base/worker_pool.h"
#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/resource.h"
#include "warmup-controller/reconcile/history.h"
#include "warmup-controller/report/operator_metrics.h"

namespace prewarm {

// An object that somebody else made, that is damaged or of a later version is
// left alone: then nothing is kept, which the log and a metric say. One that
// was changed since it was read is read again before it is written.
class HistoryKeeper {
 public:
  // Beside the other keys of a ConfigMap, of 1 MiB that servers allow.
  static constexpr std::size_t kMostBytes = 900 << 10;
  static constexpr std::chrono::seconds kEvery{60};
  // What only the dashboard shows is worth fewer writes.
  static constexpr std::chrono::minutes kRecordEvery{10};
  static constexpr std::chrono::seconds kPatience{10};
  static constexpr char kKey[] = "history.json";
  static constexpr char kOwnerLabel[] = "app.kubernetes.io/managed-by";

  // `api`, `metrics` and `clock` outlive it.
  HistoryKeeper(kube::Api* api, const std::string& namespace_name,
                const std::string& name, OperatorMetrics* metrics,
                const Clock* clock);

  // Blocks for a call. Unset: the server has not answered, ask again soon; once
  // it has not for kPatience, nothing is known and nothing is kept.
  std::optional<History> TryLoad();

  // Whether it is time to Offer again.
  bool IsDue(SteadyTime now) const { return now >= due_; }
  // Written, by another thread, if it says something new; of the hours only
  // those of `budgeted`, "namespace/name", are worth a write by themselves.
  void Offer(History history, std::set<std::string> budgeted);
  // The last one: the record, too, is written at once. Blocks for a call.
  void Save(const History& history, const std::set<std::string>& budgeted);

 private:
  void Keep(const History& history, const std::set<std::string>& budgeted,
            std::chrono::seconds record_every);
  Status Accept(const kube::Json& object, History* history);
  void Ignore(const std::string& why);
  Status Write(const std::string& text);
  void Reload();

  kube::Api* const api_;
  const kube::ObjectRef ref_;
  OperatorMetrics* const metrics_;
  const Clock* const clock_;
  // Of the loop's thread:
  std::optional<SteadyTime> asked_;
  SteadyTime due_{};
  // While a write is made:
  std::mutex mutex_;
  bool ignored_ = true;  // until it was loaded
  bool failed_ = false;  // the last write
  kube::Json object_;    // as it was seen last; null: there is none
  History written_;      // what is in it
  SteadyTime written_at_{};
  WorkerPool pool_;  // ends first
};

}  // namespace prewarm
