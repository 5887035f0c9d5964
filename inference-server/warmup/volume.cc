#include "inference-server/warmup/volume.h"

#include <thread>
#include <utility>

#include "common/base/log.h"
#include "inference-server/engine/reference.h"
#include "inference-server/warmup/history.h"

namespace prewarm {
namespace {

constexpr std::chrono::milliseconds kPoll{10};

}  // namespace

void Volume::ReadAhead(Env* env, const ModelStore& models,
                       const StateStore& states, const StoredModel& model,
                       Ahead* ahead) {
  *ahead = {};  // what an attempt before this one asked for
  // A guess that has to be copied from a network volume is too dear.
  if (env->MapCopies(model.weights_path)) return;
  auto latest = states.LoadLatest(model.manifest.digest);
  if (latest.ok()) {
    ahead->state = std::move(latest).value();
    ahead->state.state->Prefetch();
    return;
  }
  auto weights = models.MapWeights(model);
  if (!weights.ok()) return;  // whoever needs them says why
  ahead->weights_path = model.weights_path;
  ahead->weights = std::move(weights).value();
  ahead->weights->Prefetch();
}

// A state that can't be had is as good as none.
Volume::Found Volume::Find(const StateStore& states, const StateKey& key,
                           Ahead* ahead) {
  Found found;
  auto opened = states.Open(key, std::exchange(ahead->state, {}));
  if (opened.ok()) {
    found.state = std::move(opened).value();
    ahead->weights = nullptr;  // another process was faster
  } else if (opened.error().code != ErrorCode::kNotFound) {
    found.damaged = opened.error().code == ErrorCode::kCorrupt;
    Log(LogLevel::kWarning, "prepared_state_unusable",
        {{"reason", opened.error().message}});
  }
  return found;
}

Volume::Volume(VolumeOptions options, Env* env, WorkerPool* io)
    : options_(std::move(options)),
      env_(env),
      models_(options_.root, env),
      states_(options_.root, env),
      io_(io) {}

void Volume::ReadManifest(const std::string& name,
                          std::function<void(const Manifest&)> read) {
  io_->Post([models = models_, name, read = std::move(read)] {
    const auto model = models.Find(name);
    if (model.ok()) read(model->manifest);
  });
}

std::future<Result<ModelFiles>> Volume::ReadModel(const std::string& name,
                                                  std::function<void()> begun,
                                                  std::function<void()> done) {
  const auto read = [models = models_, states = states_, env = env_,
                     ahead = ahead_, name]() -> Result<ModelFiles> {
    ModelFiles files;
    PREWARM_ASSIGN_OR_RETURN(files.stored, models.Find(name));
    ReadAhead(env, models, states, files.stored, &(*ahead)[name]);
    PREWARM_ASSIGN_OR_RETURN(Reference reference,
                             ReadReference(files.stored, env));
    files.reference = std::move(reference.matte);
    return files;
  };
  return Async(io_, [read, begun = std::move(begun), done = std::move(done)] {
    begun();
    auto files = read();
    done();
    return files;
  });
}

Result<ModelFiles> Volume::Await(
    std::future<Result<ModelFiles>>* reading) const {
  return AwaitFor(reading, options_.patience, What());
}

Result<Volume::Found> Volume::FindState(const StateKey& key) {
  auto finding =
      Async(io_, [states = states_, ahead = ahead_, key]() -> Result<Found> {
        return Find(states, key, &(*ahead)[key.model]);
      });
  return AwaitFor(&finding, options_.patience, What());
}

Result<Volume::Found> Volume::FindStateOrLock(
    const std::vector<StateKey>& keys) {
  const auto give_up =
      std::chrono::steady_clock::now() + options_.builder_patience;
  while (true) {
    const auto find_or_lock = [states = states_, ahead = ahead_,
                               keys]() -> Result<Found> {
      // Before the look: who held it until now may just have published.
      auto lock = states.TryBuild(keys.front());
      Found found;
      for (std::size_t i = 0; i < keys.size() && found.state == nullptr; ++i) {
        const bool damaged = found.damaged;
        found = Find(states, keys[i], &(*ahead)[keys[i].model]);
        found.damaged = found.damaged || damaged;
        found.key = i;
      }
      // No lock to be had (a read-only volume): everybody builds.
      found.busy = lock.ok() && *lock == nullptr;
      if (lock.ok() && found.state == nullptr) found.lock = std::move(*lock);
      return found;
    };
    auto finding = Async(io_, find_or_lock);
    PREWARM_ASSIGN_OR_RETURN(Found found,
                             AwaitFor(&finding, options_.patience, What()));
    if (found.state != nullptr || !found.busy ||
        std::chrono::steady_clock::now() >= give_up) {
      return found;
    }
    std::this_thread::sleep_for(kPoll);
  }
}

std::future<Status> Volume::VerifyState(Prepared state) {
  return Async(io_, [state = std::move(state)] { return state->Verify(); });
}

std::future<Status> Volume::VerifyWeights(
    const StoredModel& model, std::shared_ptr<const MappedFile> weights) {
  return Async(io_, [model, weights = std::move(weights)] {
    return CheckWeights(model, *weights);
  });
}

Status Volume::Await(std::future<Status>* verifying) const {
  return AwaitFor(verifying, options_.patience, What());
}

Result<std::shared_ptr<const MappedFile>> Volume::MapWeights(
    const StoredModel& model) {
  using Mapped = Result<std::shared_ptr<const MappedFile>>;
  auto mapping =
      Async(io_, [models = models_, ahead = ahead_, model]() -> Mapped {
        Ahead& asked = (*ahead)[model.manifest.name];
        auto mapped = std::exchange(asked.weights, nullptr);
        if (mapped != nullptr && asked.weights_path == model.weights_path) {
          return mapped;
        }
        return models.MapWeights(model);
      });
  return AwaitFor(&mapping, options_.patience, What());
}

void Volume::Publish(const StateKey& key, const PreparedTensors& tensors,
                     std::function<void()> done) {
  io_->Post([states = states_, key, tensors, done = std::move(done)] {
    const Status published = states.Publish(key, tensors, {});
    done();
    if (published.ok()) {
      Log(LogLevel::kInfo, "prepared_state_published", {{"key", key.Hex()}});
    } else {
      Log(LogLevel::kWarning, "prepared_state_not_kept",
          {{"reason", published.error().message}});
    }
  });
}

void Volume::Quarantine(const StateKey& key, Prepared state,
                        const std::string& reason) {
  Log(LogLevel::kWarning, "prepared_state_damaged",
      {{"key", key.Hex()}, {"reason", reason}});
  io_->Post([states = states_, key, state = std::move(state), reason] {
    const Status moved =
        states.Quarantine(key.Hex(), reason, state->identity());
    if (!moved.ok()) {
      Log(LogLevel::kWarning, "prepared_state_not_quarantined",
          {{"reason", moved.error().message}});
    }
  });
}

void Volume::Finish(std::chrono::milliseconds patience) {
  Async(io_, []() -> Status { return Ok{}; }).wait_for(patience);
}

void Volume::LoadHistory(
    const std::string& model, const std::string& kind,
    std::function<void(std::vector<WarmUpRecord>)> loaded) {
  const WarmUpHistory history(options_.root, model, kind, env_);
  io_->Post([history, loaded = std::move(loaded)] { loaded(history.Load()); });
}

void Volume::AddToHistory(const std::string& model, const std::string& kind,
                          const WarmUpRecord& record) {
  const WarmUpHistory history(options_.root, model, kind, env_);
  io_->Post([history, record] {
    const Status added = history.Add(record);
    if (!added.ok()) {
      Log(LogLevel::kWarning, "warm_up_not_remembered",
          {{"reason", added.error().message}});
    }
  });
}

}  // namespace prewarm
