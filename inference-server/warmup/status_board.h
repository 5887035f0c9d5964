// What everybody may know of the warm-up, and who is told of its changes. Times
// the phases, and learns from them how long the rest will take. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "inference-server/warmup/eta.h"
#include "inference-server/warmup/status.h"

namespace prewarm {

class StatusBoard {
 public:
  using Observer = std::function<void(const WarmStatus&)>;
  using ObserverId = unsigned;
  using Change = std::function<void(WarmStatus*)>;

  // `phases`: how many a warm-up has.
  StatusBoard(std::vector<ModelStatus> models, int phases, const Clock& clock);

  WarmStatus status() const;

  // Called after every change, on the thread that made it, and once at once.
  // Must not block nor call back into this object.
  ObserverId Observe(Observer observer);
  void Forget(ObserverId id);

  // Neither may call back into this object. A server that drains does so for
  // ever, whatever a change says.
  void Update(const Change& change);
  // The same, but nobody is told.
  void Note(const Change& change);

  // A warm-up begins if `may` says so, which may change the models before: what
  // is not proven has to be proven.
  bool Begin(const std::function<bool(WarmStatus*)>& may);
  // Of the warm-up that began last. Elapsed: milliseconds.
  unsigned attempt() const;
  double elapsed() const;
  // Of an attempt that is over: nothing. The volume may answer late.
  void BeginPhase(const std::string& name, unsigned attempt);
  void EndPhase(const std::string& name, unsigned attempt);
  // One of the models has its engine; `last`: so have the others.
  void Bound(std::size_t model, const EngineInfo& engine, CachedState cached,
             bool last);

  // The past, newest last.
  void Learn(std::vector<WarmUpRecord> records);
  // The warm-up that runs is one of the past from now on.
  WarmUpRecord Remember(double total_ms);

 private:
  // All expect the lock to be held.
  void Apply(const Change& change);
  void Publish();
  WarmStatus Snapshot() const;
  WarmUpPosition Position() const;

  const Clock& clock_;
  const int phases_;

  mutable std::mutex mutex_;
  WarmStatus status_;
  std::vector<WarmUpRecord> records_;
  EtaModel learned_;
  std::optional<double> expected_ms_;  // when this warm-up began
  std::optional<CachedState> bound_;   // what this one is made from, once known
  mutable double shown_progress_ = 0;  // never shown less of this warm-up
  unsigned attempt_ = 0;
  SteadyTime started_{};
  std::vector<PhaseTiming> running_;  // their duration is not known yet
  std::map<ObserverId, Observer> observers_;
  ObserverId next_observer_ = 1;
};

}  // namespace prewarm
