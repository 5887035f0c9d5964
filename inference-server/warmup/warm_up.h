// The warm-up: a state machine that loads the engine of each model once, proves
// that it works, and tells everybody how far it is.
//
//   cold -> warming -> ready | failed;  failed -> warming;
//   ready -> warming when a prepared state is lost;  any -> draining
//
// Ready means that all models are proven. One that failed is proven again
// without touching the others. Single flight: whoever asks while one runs joins
// it. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/worker_pool.h"
#include "inference-server/engine/device.h"
#include "inference-server/engine/engine.h"
#include "inference-server/warmup/engine_room.h"
#include "inference-server/warmup/served_model.h"
#include "inference-server/warmup/status.h"
#include "inference-server/warmup/status_board.h"
#include "inference-server/warmup/volume.h"

namespace prewarm {

struct WarmUpOptions {
  std::string model;
  Precision precision = Precision::kAuto;
  int threads = 0;
  // Text that is equal where warm-ups of the models take equally long.
  std::string kind{};
  // Called on the inference thread when only a new process can use the device
  // again; the state is failed by then.
  std::function<void(const DeviceLoss&)> on_device_lost{};
  // A second one, for the mode fast; the first is that of base then. "": none.
  std::string fast_model{};
  int blend_threshold = 0;  // see EngineOptions
  // Whether an engine like that can serve here; its error fails the warm-up
  // before the engine is made.
  std::function<Status(const EngineInfo&)> check_engine{};
};

class WarmUp {
 public:
  using Observer = StatusBoard::Observer;
  using ObserverId = StatusBoard::ObserverId;

  // `open` is called on the inference thread, once until it succeeds.
  // `inference`: a pool of exactly one thread; it and the volume outlive this
  // object, which lives until they have done what was posted.
  WarmUp(const WarmUpOptions& options, Volume* volume,
         EngineRoom::OpenEngine open, WorkerPool* inference,
         const Clock& clock);

  // Starts, joins, or (when ready or draining) does nothing.
  void Start();

  WarmStatus status() const { return board_.status(); }

  // See StatusBoard.
  ObserverId Observe(Observer observer) {
    return board_.Observe(std::move(observer));
  }
  void Forget(ObserverId id) { board_.Forget(id); }

  void MarkDraining();
  // An inference failed: the next Start proves that engine again. On the
  // inference thread, or while it does nothing. A mode that is unset is the
  // first model's, here and below.
  void MarkFailed(const std::string& reason, std::optional<Mode> mode = {});
  // Proves a ready engine again, after what the inference thread has to do. One
  // that fails is failed, and warmed up anew.
  void Reprove(std::optional<Mode> mode = {});

  // On the inference thread only. kUnavailable unless proven. A state that is
  // lost meanwhile is built again before this returns: what it gives is never
  // computed from damaged bytes.
  Result<Plane> Infer(const Bitmap& rgb, std::optional<Mode> mode = {});

 private:
  using Index = std::size_t;  // of a model

  ServedModel::Hooks HooksOf(Index index);
  // "bind", of the second model "bind_fast".
  static std::string PhaseOf(const std::string& name, Index index);
  std::string HistoryName() const;

  void Run();
  Status RunPhases();
  void LeaveOutBlending();
  // What is to be known of all engines before the first is made.
  Status CheckEngines();
  Status BringUp(Index index);
  Status Phase(const std::string& name, const std::function<Status()>& work);
  // `step` of each model that has to be proven, as one phase.
  Status PhaseOfAll(const std::string& name, Status (ServedModel::*step)());
  void NoteMode(const Manifest& manifest);
  // Names the model where there are two.
  std::string Of(Index index, const std::string& reason) const;
  Error Of(Index index, Error error) const;
  // A lost device is all models' loss.
  void DropUnproven(bool all);

  std::optional<Index> Find(std::optional<Mode> mode) const;
  bool usable(Index index) const;
  Result<Plane> InferWith(Index index, const Bitmap& rgb);
  void ReproveOne(Index index);
  void Fail(Index index, const std::string& reason);
  void ReportLoss(const Error& error);
  void NoteMemory(const EngineRoom& room);

  const WarmUpOptions options_;
  Volume* const volume_;
  WorkerPool* const inference_;
  StatusBoard board_;
  // Touched by the inference thread only.
  std::vector<std::unique_ptr<ServedModel>> models_;
  std::vector<Index> to_prove_;  // by this warm-up
};

}  // namespace prewarm
