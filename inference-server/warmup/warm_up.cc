#include "inference-server/warmup/warm_up.h"

#include <algorithm>
#include <utility>

#include "common/base/log.h"
#include "inference-server/engine/inspyrenet/table.h"

namespace prewarm {
namespace {

// Reading, binding, the first inference and the verdict are each model's own.
constexpr int kPhasesOfSecond = 4;

Error NotReady() {
  Error error = MakeError(ErrorCode::kUnavailable,
                          "the model is not ready any more; retry");
  error.retry_after_seconds = 1;
  return error;
}

std::vector<ModelStatus> ModelsOf(const WarmUpOptions& options) {
  std::vector<ModelStatus> models(options.fast_model.empty() ? 1 : 2);
  models[0].model = options.model;
  if (models.size() == 2) {
    models[0].mode = Mode::kBase;
    models[1].model = options.fast_model;
    models[1].mode = Mode::kFast;
  }
  return models;
}

// The library is opened once, whoever asks first.
EngineRoom::OpenEngine Once(EngineRoom::OpenEngine open) {
  const auto opened = std::make_shared<EngineFactory*>(nullptr);
  return [open = std::move(open), opened]() -> Result<EngineFactory*> {
    if (*opened == nullptr) {
      PREWARM_ASSIGN_OR_RETURN(*opened, open());
    }
    return *opened;
  };
}

EngineOptions OptionsOf(const WarmUpOptions& options) {
  EngineOptions wanted;
  wanted.precision = options.precision;
  wanted.threads = options.threads;
  wanted.blend_threshold = options.blend_threshold;
  return wanted;
}

}  // namespace

WarmUp::WarmUp(const WarmUpOptions& options, Volume* volume,
               EngineRoom::OpenEngine open, WorkerPool* inference,
               const Clock& clock)
    : options_(options),
      volume_(volume),
      inference_(inference),
      board_(ModelsOf(options),
             EtaModel::kPhases +
                 (options.fast_model.empty() ? 0 : kPhasesOfSecond),
             clock) {
  const EngineRoom::OpenEngine once = Once(std::move(open));
  for (const ModelStatus& model : board_.status().models) {
    models_.push_back(
        std::make_unique<ServedModel>(model.model, once, OptionsOf(options_),
                                      volume_, HooksOf(models_.size())));
  }
  if (models_.size() == 1) {
    volume_->ReadManifest(options_.model, [this](const Manifest& manifest) {
      NoteMode(manifest);
    });
  }
  volume_->LoadHistory(HistoryName(), options_.kind,
                       [this](std::vector<WarmUpRecord> records) {
                         board_.Learn(std::move(records));
                       });
}

ServedModel::Hooks WarmUp::HooksOf(Index index) {
  return {[this, index](const std::string& name,
                        const std::function<Status()>& work) {
            return Phase(PhaseOf(name, index), work);
          },
          [this, index] {
            const EngineRoom& room = models_[index]->room();
            board_.Bound(index, room.info(), room.cached(),
                         index == to_prove_.back());
          },
          [this, index](const Verification& verified) {
            board_.Update(
                [&](WarmStatus* s) { s->models[index].verified = verified; });
          }};
}

std::string WarmUp::PhaseOf(const std::string& name, Index index) {
  return index == 0 ? name : name + "_" + ModeName(Mode::kFast);
}

// A start of two models takes longer than one of the first.
std::string WarmUp::HistoryName() const {
  if (options_.fast_model.empty()) return options_.model;
  return options_.model + " + " + options_.fast_model;
}

void WarmUp::NoteMode(const Manifest& manifest) {
  board_.Note([&](WarmStatus* s) {
    s->models[0].mode = ModeOfArchitecture(manifest.architecture);
  });
}

void WarmUp::Start() {
  const bool begun = board_.Begin([](WarmStatus* s) {
    return s->state == WarmState::kCold || s->state == WarmState::kFailed;
  });
  if (begun) inference_->Post([this] { Run(); });
}

void WarmUp::Run() {
  // Begun by Start, and done by an inference that met a lost state before.
  if (!status().running) return;
  const Status done = RunPhases();
  const double total = board_.elapsed();
  if (done.ok()) {
    // Another proof of an engine that is there says nothing about the next
    // start.
    const bool made =
        to_prove_.size() == models_.size() &&
        std::all_of(models_.begin(), models_.end(),
                    [](const auto& model) { return model->made(); });
    if (made) {
      volume_->AddToHistory(HistoryName(), options_.kind,
                            board_.Remember(total));
    }
    board_.Update([&](WarmStatus* s) {
      s->state = WarmState::kReady;
      s->running = false;
      s->phase.clear();
      s->progress = 1;
      s->total_ms = total;
    });
    Log(LogLevel::kInfo, "warm",
        {{"total_ms", total},
         {"cached_state", CachedStateName(CachedOf(status().models))}});
  } else {
    DropUnproven(done.error().code == ErrorCode::kDeviceLost);
    board_.Update([&](WarmStatus* s) {
      s->state = WarmState::kFailed;
      s->running = false;
      s->phase.clear();
      s->reason = done.error().message;
    });
    Log(LogLevel::kError, "warm_up_failed", {{"reason", done.error().message}});
  }
  for (const auto& model : models_) model->Keep();
  if (!done.ok()) ReportLoss(done.error());
}

void WarmUp::DropUnproven(bool all) {
  for (Index i = 0; i < models_.size(); ++i) {
    if (all) board_.Note([i](WarmStatus* s) { s->models[i].proven = false; });
    if (!status().models[i].proven) models_[i]->room().Drop();
  }
}

Status WarmUp::Phase(const std::string& name,
                     const std::function<Status()>& work) {
  const unsigned attempt = board_.attempt();
  board_.BeginPhase(name, attempt);
  Status done = work();
  if (done.ok()) board_.EndPhase(name, attempt);
  return done;
}

Status WarmUp::PhaseOfAll(const std::string& name,
                          Status (ServedModel::*step)()) {
  return Phase(name, [&]() -> Status {
    for (const Index index : to_prove_) {
      const Status done = (models_[index].get()->*step)();
      if (!done.ok()) return Of(index, done.error());
    }
    return Ok{};
  });
}

Status WarmUp::RunPhases() {
  to_prove_.clear();
  const WarmStatus before = status();
  for (Index i = 0; i < models_.size(); ++i) {
    if (!before.models[i].proven) to_prove_.push_back(i);
  }
  for (const Index index : to_prove_) {
    const auto tell = [this, attempt = board_.attempt(),
                       phase = PhaseOf("weights_map", index)](auto end) {
      return [=] { (board_.*end)(phase, attempt); };
    };
    models_[index]->StartReading(tell(&StatusBoard::BeginPhase),
                                 tell(&StatusBoard::EndPhase));
  }
  PREWARM_RETURN_IF_ERROR(
      PhaseOfAll("library_load", &ServedModel::OpenLibrary));
  for (const Index index : to_prove_) {
    const Status read = models_[index]->AwaitReading();
    if (read.ok()) continue;
    // Of one that is not there the message names it.
    return read.error().code == ErrorCode::kNotFound ? read.error()
                                                     : Of(index, read.error());
  }
  if (models_.size() == 1) NoteMode(models_[0]->files().stored.manifest);
  LeaveOutBlending();
  PREWARM_RETURN_IF_ERROR(PhaseOfAll("device_init", &ServedModel::Plan));
  PREWARM_RETURN_IF_ERROR(CheckEngines());
  for (const Index index : to_prove_) PREWARM_RETURN_IF_ERROR(BringUp(index));
  return Ok{};
}

// One that can't blend is no obstacle to another that can.
void WarmUp::LeaveOutBlending() {
  const auto blends = [](const auto& model) {
    return inspyrenet::BaseSide(model->files().stored.manifest.architecture)
        .has_value();
  };
  if (!std::any_of(models_.begin(), models_.end(), blends)) return;
  for (const auto& model : models_) {
    if (!blends(model)) model->room().LeaveOutBlending();
  }
}

Status WarmUp::CheckEngines() {
  if (!options_.check_engine) return Ok{};
  for (const Index index : to_prove_) {
    Status good = options_.check_engine(models_[index]->room().planned());
    if (!good.ok()) return good;
  }
  return Ok{};
}

Status WarmUp::BringUp(Index index) {
  const Status up = models_[index]->BringUp();
  if (!up.ok()) return Of(index, up.error());
  board_.Update([&](WarmStatus* s) { s->models[index].proven = true; });
  NoteMemory(models_[index]->room());
  return Ok{};
}

std::string WarmUp::Of(Index index, const std::string& reason) const {
  return models_.size() == 1 ? reason : models_[index]->name() + ": " + reason;
}

Error WarmUp::Of(Index index, Error error) const {
  error.message = Of(index, error.message);
  return error;
}

std::optional<WarmUp::Index> WarmUp::Find(std::optional<Mode> mode) const {
  const WarmStatus now = status();
  const ModelStatus* found = FindModel(now, mode);
  if (found == nullptr) return std::nullopt;
  return static_cast<Index>(found - now.models.data());
}

bool WarmUp::usable(Index index) const {
  return status().models[index].proven && models_[index]->room().bound();
}

Result<Plane> WarmUp::Infer(const Bitmap& rgb, std::optional<Mode> mode) {
  const auto index = Find(mode);
  return index ? InferWith(*index, rgb) : Result<Plane>(NotReady());
}

Result<Plane> WarmUp::InferWith(Index index, const Bitmap& rgb) {
  if (!usable(index)) return NotReady();
  EngineRoom& room = models_[index]->room();
  auto matte = room.Infer(rgb);
  NoteMemory(room);
  if (!matte.ok() && matte.error().code == ErrorCode::kDeviceLost) {
    Fail(index, matte.error().message);
    ReportLoss(matte.error());
    return NotReady();
  }
  if (room.intact()) return matte;
  board_.Begin([index](WarmStatus* s) {
    s->models[index].proven = false;
    return true;
  });
  room.DropState("the file was cut short while it was mapped");
  Run();
  if (!usable(index)) return NotReady();
  return room.Infer(rgb);
}

void WarmUp::NoteMemory(const EngineRoom& room) {
  auto memory = room.Memory();
  if (memory.empty()) return;
  board_.Note([&](WarmStatus* s) { s->device_memory = std::move(memory); });
}

void WarmUp::ReportLoss(const Error& error) {
  if (error.code == ErrorCode::kDeviceLost && options_.on_device_lost) {
    options_.on_device_lost({error.field, error.message});
  }
}

void WarmUp::Reprove(std::optional<Mode> mode) {
  inference_->Post([this, mode] {
    if (const auto index = Find(mode)) ReproveOne(*index);
  });
}

void WarmUp::ReproveOne(Index index) {
  if (status().state != WarmState::kReady || !usable(index)) return;
  ServedModel& model = *models_[index];
  const auto matte = InferWith(index, model.Canary());
  const Status proven =
      matte.ok() ? model.Prove(matte.value()) : Status(matte.error());
  if (proven.ok()) return;
  Fail(index, proven.error().message);
  Log(LogLevel::kError, "proof_failed",
      {{"model", model.name()}, {"reason", proven.error().message}});
  model.Condemn(proven.error());
  Start();
}

void WarmUp::MarkDraining() {
  board_.Update([](WarmStatus* s) { s->state = WarmState::kDraining; });
}

void WarmUp::MarkFailed(const std::string& reason, std::optional<Mode> mode) {
  if (const auto index = Find(mode)) Fail(*index, reason);
}

void WarmUp::Fail(Index index, const std::string& reason) {
  board_.Update([&](WarmStatus* s) {
    if (s->state == WarmState::kDraining) return;
    s->models[index].proven = false;
    if (s->state != WarmState::kReady) return;
    s->state = WarmState::kFailed;
    s->reason = Of(index, reason);
  });
}

}  // namespace prewarm
