// All that a warm-up wants of the volume, on a thread of its own: a mount that
// hangs becomes a reason within a deadline, and neither the inference thread
// nor the network's waits for a disk. Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/async.h"
#include "common/store/model_store.h"
#include "common/store/state_store.h"
#include "inference-server/engine/engine.h"
#include "inference-server/imaging/image.h"
#include "inference-server/warmup/eta.h"

namespace prewarm {

struct ModelFiles {
  StoredModel stored;
  Plane reference;  // the canary's matte in fp32, see canary.h
};

struct VolumeOptions {
  std::string root;
  std::chrono::milliseconds patience{60000};  // for each call
  // How long another process may take to prepare the state before this one
  // does it as well.
  std::chrono::milliseconds builder_patience{10000};
};

class Volume {
 public:
  // `io`: one thread; it and `env` outlive this object and what it started.
  Volume(VolumeOptions options, Env* env, WorkerPool* io);

  using Prepared = std::shared_ptr<const PreparedState>;

  // Called on the volume's thread, unless there is no such model.
  void ReadManifest(const std::string& name,
                    std::function<void(const Manifest&)> read);

  // Also has the disk read on ahead: the state, or else the weights, that will
  // most likely be asked for next (not on network volumes). `begun` and `done`
  // are called on the volume's thread.
  std::future<Result<ModelFiles>> ReadModel(const std::string& name,
                                            std::function<void()> begun,
                                            std::function<void()> done);
  Result<ModelFiles> Await(std::future<Result<ModelFiles>>* reading) const;

  struct Found {
    Prepared state;                  // null: build it
    std::shared_ptr<FileLock> lock;  // null: others may build it, too
    bool damaged = false;            // there was one, quarantined by now
    bool busy = false;               // another process holds the lock
    std::size_t key = 0;             // of those asked for, the state's
  };
  // Trouble with the volume is no error here: the weights are there.
  Result<Found> FindState(const StateKey& key);
  // The first that is there of `keys`, not empty; while another process builds
  // any of them: waits for that.
  Result<Found> FindStateOrLock(const std::vector<StateKey>& keys);
  // Block checksums of all of it, on the volume's thread.
  std::future<Status> VerifyState(Prepared state);
  // The digest of these very bytes, on the volume's thread.
  std::future<Status> VerifyWeights(const StoredModel& model,
                                    std::shared_ptr<const MappedFile> weights);
  Status Await(std::future<Status>* verifying) const;
  Result<std::shared_ptr<const MappedFile>> MapWeights(
      const StoredModel& model);

  // Both only log what goes wrong: the state is a cache. `done` runs on the
  // volume's thread when the tensors are no longer read.
  void Publish(const StateKey& key, const PreparedTensors& tensors,
               std::function<void()> done);
  // Where another process has replaced it already, nothing happens.
  void Quarantine(const StateKey& key, Prepared state,
                  const std::string& reason);
  // Waits until what was started before is done, but not longer than that.
  void Finish(std::chrono::milliseconds patience);

  // The warm-ups of the past of one kind of machine and engine; `loaded` is
  // called on the volume's thread.
  void LoadHistory(const std::string& model, const std::string& kind,
                   std::function<void(std::vector<WarmUpRecord>)> loaded);
  // Logs what goes wrong.
  void AddToHistory(const std::string& model, const std::string& kind,
                    const WarmUpRecord& record);

 private:
  std::string What() const { return "the store " + options_.root; }

  // What ReadModel asked the disk for; used by the volume's thread alone, and
  // shared with what runs there.
  struct Ahead {
    StateStore::Loaded state;
    std::string weights_path;
    std::shared_ptr<const MappedFile> weights;
  };
  using AheadByName = std::map<std::string, Ahead>;  // of the model
  static void ReadAhead(Env* env, const ModelStore& models,
                        const StateStore& states, const StoredModel& model,
                        Ahead* ahead);
  static Found Find(const StateStore& states, const StateKey& key,
                    Ahead* ahead);

  const VolumeOptions options_;
  Env* const env_;
  const ModelStore models_;
  const StateStore states_;
  const std::shared_ptr<AheadByName> ahead_ = std::make_shared<AheadByName>();
  WorkerPool* const io_;
};

}  // namespace prewarm
