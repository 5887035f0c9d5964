// The engine and the bytes it lies on. On the inference thread only.
#pragma once

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "inference-server/engine/engine.h"
#include "inference-server/warmup/status.h"
#include "inference-server/warmup/volume.h"

namespace prewarm {

class EngineRoom {
 public:
  // Opens the engine's library.
  using OpenEngine = std::function<Result<EngineFactory*>()>;

  // `wanted`: of the engine, whatever the model.
  EngineRoom(OpenEngine open, const EngineOptions& wanted, Volume* volume);
  ~EngineRoom();

  Status OpenLibrary();
  // Decides what engine it will be. Starts the device. Lets go of an engine of
  // another model.
  Status Plan(const StoredModel& model);
  // Makes the engine, from the prepared state where there is a good one.
  // Checksums are being compared meanwhile: Settle has their verdict.
  Status Bind();
  // Precondition: bound. kInternal when the engine failed; what it gives is
  // worthless once intact() is false.
  Result<Plane> Infer(const Bitmap& rgb);
  // kCorrupt when the bytes the engine came from are not what they must be.
  Status Settle();
  // Keeps what this engine prepared, if it did, for the next start, and with it
  // the canary's matte of the served size, if that is not empty.
  // Nothing where it is not bound any more. Precondition: settled.
  void Keep(const Plane& served_matte);
  // What Keep was given when this engine's state was made; empty where the
  // engine did not come from a state, or that has none of this size.
  Plane ServedMatte() const;

  // See Engine::Memory; empty unless bound.
  std::map<std::string, std::size_t> Memory() const {
    return engine_ == nullptr ? std::map<std::string, std::size_t>()
                              : engine_->Memory();
  }

  bool bound() const { return engine_ != nullptr; }
  // False once the mapped state was lost under the engine.
  bool intact() const { return state_ == nullptr || state_->intact(); }
  bool from_state() const { return state_ != nullptr; }
  CachedState cached() const { return cached_; }
  // Of an engine in fp32: what Plan found. Precondition: planned.
  const EngineInfo& planned() const { return planned_; }
  void LeaveOutBlending() { options_.blend_threshold = 0; }
  // Precondition: bound.
  const EngineInfo& info() const { return engine_->info(); }

  // Lets go of the engine.
  void Drop();
  // The same; the next Bind starts from the weights.
  void DistrustState(const std::string& reason);
  // The same, and the state, which is damaged, goes to the quarantine.
  void DropState(const std::string& reason);
  // The next Bind may use what then is on the volume.
  void TrustStates() { distrust_ = false; }

 private:
  Result<EngineInfo> PlanWith(Precision precision);
  static StateKey KeyOf(const EngineInfo& info);
  // Null where there is none for any precision that would do.
  Result<Volume::Found> LookForState();
  Status BindState(Volume::Prepared state);
  Status BindWeights();

  const OpenEngine open_;
  const Precision precision_;
  Volume* const volume_;
  EngineFactory* factory_ = nullptr;
  EngineOptions options_;
  StoredModel model_;
  EngineInfo planned_;
  CachedState cached_ = CachedState::kMiss;
  bool distrust_ = false;  // the state on the volume
  bool on_cpu_ = true;     // where a choice of precision is timed

  StateKey state_key_;  // looked for last
  // In this order: the engine goes before what it lies on.
  Volume::Prepared state_;
  std::shared_ptr<const MappedFile> weights_;
  std::shared_ptr<Engine> engine_;
  std::shared_ptr<FileLock> lock_;
  std::future<Status> integrity_;
};

}  // namespace prewarm
