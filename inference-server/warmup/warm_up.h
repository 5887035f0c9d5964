// The warm-up: a state machine that loads the engine once, proves that it
// works, and tells everybody how far it is.
//
//   cold -> warming -> ready | failed;  failed -> warming;
//   ready -> warming when the prepared state is lost;  any -> draining
//
// Single flight: whoever asks while one runs joins it. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/base/worker_pool.h"
#include "inference-server/engine/device.h"
#include "inference-server/engine/engine.h"
#include "inference-server/warmup/engine_room.h"
#include "inference-server/warmup/eta.h"
#include "inference-server/warmup/status.h"
#include "inference-server/warmup/volume.h"

namespace prewarm {

struct WarmUpOptions {
  std::string model;
  Precision precision = Precision::kAuto;
  int threads = 0;
  // Text that is equal where warm-ups of the model take equally long.
  std::string kind{};
  // Called on the inference thread when only a new process can use the device
  // again; the state is failed by then.
  std::function<void(const DeviceLoss&)> on_device_lost{};
  int blend_threshold = 0;  // see EngineOptions
};

class WarmUp {
 public:
  using Observer = std::function<void(const WarmStatus&)>;
  using ObserverId = unsigned;

  // `open` is called on the inference thread. `inference`: a pool of exactly
  // one thread; it and the volume outlive this object, which lives until they
  // have done what was posted.
  WarmUp(const WarmUpOptions& options, Volume* volume,
         EngineRoom::OpenEngine open, WorkerPool* inference,
         const Clock& clock);

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
  // Proves a ready engine again, after what the inference thread has to do. One
  // that fails is failed, and warmed up anew.
  void Reprove();

  // On the inference thread only. kUnavailable unless proven. A state that is
  // lost meanwhile is built again before this returns: what it gives is never
  // computed from damaged bytes.
  Result<Plane> Infer(const Bitmap& rgb);

 private:
  void Begin();
  void Run();
  Status RunPhases();
  // Bind, first inference, verdict.
  Status BringUp();
  Status Phase(const std::string& name, const std::function<Status()>& work);
  // Of an attempt that is over: nothing. The volume may answer late.
  void BeginPhase(const std::string& name, unsigned attempt);
  void EndPhase(const std::string& name, unsigned attempt);
  Status Prove(const Plane& matte);
  bool usable() const;
  template <typename Change>
  void Update(Change change);
  // Both expect the lock to be held.
  void Publish();
  WarmStatus Snapshot() const;
  WarmUpPosition Position() const;
  void Remember(double total_ms);
  void ReportLoss(const Error& error);

  const WarmUpOptions options_;
  Volume* const volume_;
  WorkerPool* const inference_;
  const Clock& clock_;

  // Touched by the inference thread only.
  EngineRoom room_;
  ModelFiles files_;
  bool from_scratch_ = true;  // the engine was made by this warm-up

  mutable std::mutex mutex_;
  WarmStatus status_;
  std::vector<WarmUpRecord> records_;
  EtaModel learned_;
  std::optional<double> expected_ms_;   // when this warm-up began
  std::optional<CachedState> binding_;  // what it is made from, once known
  mutable double shown_progress_ = 0;   // never shown less of this warm-up
  unsigned attempt_ = 0;
  SteadyTime started_{};
  std::vector<PhaseTiming> running_;  // their duration is not known yet
  std::map<ObserverId, Observer> observers_;
  ObserverId next_observer_ = 1;
};

}  // namespace prewarm
