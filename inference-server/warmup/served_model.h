// One model of the server: its files on the volume, its engine, and the proof
// of that engine. On the inference thread only.
#pragma once

#include <functional>
#include <future>
#include <string>

#include "inference-server/engine/engine.h"
#include "inference-server/imaging/image.h"
#include "inference-server/warmup/engine_room.h"
#include "inference-server/warmup/status.h"
#include "inference-server/warmup/volume.h"

namespace prewarm {

class ServedModel {
 public:
  struct Hooks {
    // Runs `work` as the phase of that name, and gives what it gave.
    std::function<Status(const std::string& name,
                         const std::function<Status()>& work)>
        phase;
    std::function<void()> bound;  // info() and cached() are new
    std::function<void(const Verification&)> verified;
  };

  // `wanted`: see EngineRoom. `volume` outlives this object.
  ServedModel(std::string name, EngineRoom::OpenEngine open,
              const EngineOptions& wanted, Volume* volume, Hooks hooks);

  const std::string& name() const { return name_; }
  EngineRoom& room() { return room_; }
  const ModelFiles& files() const { return files_; }

  // Asks the volume for the model's files. `begun` and `done` are called on its
  // thread.
  void StartReading(std::function<void()> begun, std::function<void()> done);
  Status AwaitReading();
  // See EngineRoom; the files have to be there to plan.
  Status OpenLibrary() { return room_.OpenLibrary(); }
  Status Plan() { return room_.Plan(files_.stored); }

  // Bind, first inference, verdict; from the weights where the prepared state
  // does not do. Precondition: planned. After an error the engine is of no use.
  Status BringUp();
  // The same engine's verdict on a matte of its canary.
  Status Prove(const Plane& matte);
  // The canary, of the size that proves this engine: that of the reference that
  // came with the weights, or the served one, where the prepared state knows
  // what that gave once it was proven. Precondition: bound.
  Bitmap Canary() const;

  // Whether the last BringUp made the engine instead of finding it.
  bool made() const { return made_; }
  // Keeps what the engine was prepared to, once it is proven, for the next
  // start. Nothing where nothing is new.
  void Keep();
  // An engine that failed its proof: from the weights the next time if the
  // state is to blame.
  void Condemn(const Error& error);

 private:
  Status BringUpOnce();
  void ChooseProof();
  Status FirstInference(Plane* matte);

  const std::string name_;
  Volume* const volume_;
  const Hooks hooks_;
  EngineRoom room_;
  std::future<Result<ModelFiles>> reading_;
  ModelFiles files_;
  Plane reference_;  // what Prove compares with
  bool proves_served_ = false;
  Plane served_matte_;  // to be kept
  bool made_ = true;
  bool to_keep_ = false;
};

}  // namespace prewarm
