// The warm-up: a state machine that loads the engine once, proves that it
// works, and tells everybody how far it is.
//
//   cold -> warming -> ready | failed;  failed -> warming;  any -> draining
//
// Single flight: whoever asks while one runs joins it. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/worker_pool.h"
#include "inference-server/engine/engine.h"
#include "inference-server/store/model_store.h"
#include "inference-server/warmup/status.h"

namespace prewarm {

struct WarmUpOptions {
  std::string model;
  Precision precision = Precision::kAuto;
  int threads = 0;
};

class WarmUp {
 public:
  using Observer = std::function<void(const WarmStatus&)>;
  using ObserverId = unsigned;
  // Opens the engine's library; called on the inference thread.
  using OpenEngine = std::function<Result<EngineFactory*>()>;

  // `inference`: a pool of exactly one thread, which outlives this object.
  WarmUp(WarmUpOptions options, ModelStore store, OpenEngine open_engine,
         WorkerPool* inference, const Clock& clock);

  // Starts, joins, or (when ready or draining) does nothing.
  void Start();

  WarmStatus status() const;

  // Called after every change, on the thread that made it, and once at once.
  // Must not block nor call back into this object.
  ObserverId Observe(Observer observer);
  void Forget(ObserverId id);

  void MarkDraining();
  // An inference failed: the next Start proves the engine again.
  void MarkFailed(const std::string& reason);

  // On the inference thread only; null unless proven.
  Engine* engine();

 private:
  void Run();
  Status RunPhases();
  Status Phase(const std::string& name, const std::function<Status()>& work);
  Status Verify();
  template <typename Change>
  void Update(Change change);
  // Both expect the lock to be held.
  void Publish();
  WarmStatus Snapshot() const;

  const WarmUpOptions options_;
  const ModelStore store_;
  const OpenEngine open_engine_;
  WorkerPool* const inference_;
  const Clock& clock_;

  // Touched by the inference thread only.
  EngineFactory* factory_ = nullptr;
  std::unique_ptr<Engine> engine_;
  Plane canary_matte_;

  mutable std::mutex mutex_;
  WarmStatus status_;
  SteadyTime started_{};
  std::map<ObserverId, Observer> observers_;
  ObserverId next_observer_ = 1;
};

}  // namespace prewarm
