#include "inference-server/warmup/warm_up.h"

#include <algorithm>
#include <utility>

#include "common/base/log.h"
#include "inference-server/warmup/canary.h"

namespace prewarm {
namespace {

constexpr int kPhases = 4;

}  // namespace

WarmUp::WarmUp(WarmUpOptions options, ModelStore store, OpenEngine open_engine,
               WorkerPool* inference, const Clock& clock)
    : options_(std::move(options)),
      store_(std::move(store)),
      open_engine_(std::move(open_engine)),
      inference_(inference),
      clock_(clock) {
  status_.since = clock_.Now();
}

template <typename Change>
void WarmUp::Update(Change change) {
  // Observers are called under the lock: they see changes in order, and
  // Forget returns only when no call runs any more.
  const std::lock_guard lock(mutex_);
  const WarmState before = status_.state;
  change(&status_);
  if (before == WarmState::kDraining) status_.state = before;
  if (status_.state != before) status_.since = clock_.Now();
  Publish();
}

void WarmUp::Publish() {
  ++status_.version;
  const WarmStatus snapshot = Snapshot();
  for (const auto& [id, observer] : observers_) observer(snapshot);
}

void WarmUp::Start() {
  {
    const std::lock_guard lock(mutex_);
    if (status_.state != WarmState::kCold &&
        status_.state != WarmState::kFailed) {
      return;
    }
    status_.state = WarmState::kWarming;
    status_.since = started_ = clock_.Now();
    status_.phase.clear();
    status_.reason.clear();
    status_.progress = 0;
    status_.phases.clear();
    status_.verified = Verification{};
    status_.running = true;
    Publish();
  }
  inference_->Post([this] { Run(); });
}

void WarmUp::Run() {
  const Status done = RunPhases();
  const double total = MillisBetween(started_, clock_.Now());
  if (done.ok()) {
    Update([&](WarmStatus* s) {
      s->state = WarmState::kReady;
      s->running = false;
      s->proven = true;
      s->phase.clear();
      s->progress = 1;
      s->total_ms = total;
    });
    Log(LogLevel::kInfo, "warm", {{"total_ms", total}});
  } else {
    engine_.reset();
    Update([&](WarmStatus* s) {
      s->state = WarmState::kFailed;
      s->running = false;
      s->phase.clear();
      s->reason = done.error().message;
    });
    Log(LogLevel::kError, "warm_up_failed", {{"reason", done.error().message}});
  }
}

Status WarmUp::Phase(const std::string& name,
                     const std::function<Status()>& work) {
  const SteadyTime start = clock_.Now();
  Update([&](WarmStatus* s) { s->phase = name; });
  PREWARM_RETURN_IF_ERROR(work());
  const SteadyTime end = clock_.Now();
  Update([&](WarmStatus* s) {
    s->phases.push_back(
        {name, MillisBetween(started_, start), MillisBetween(start, end)});
    s->progress =
        std::min(1.0, static_cast<double>(s->phases.size()) / kPhases);
  });
  return Ok{};
}

Status WarmUp::RunPhases() {
  PREWARM_RETURN_IF_ERROR(Phase("library_load", [this]() -> Status {
    PREWARM_ASSIGN_OR_RETURN(factory_, open_engine_());
    return Ok{};
  }));
  PREWARM_RETURN_IF_ERROR(Phase("weights_map", [this]() -> Status {
    if (engine_ != nullptr) return Ok{};
    PREWARM_ASSIGN_OR_RETURN(const StoredModel model,
                             store_.Find(options_.model));
    EngineOptions options;
    PREWARM_ASSIGN_OR_RETURN(options.weights,
                             MappedFile::Open(model.weights_path));
    options.model = model.manifest.name;
    options.architecture = model.manifest.architecture;
    options.digest = model.manifest.digest;
    options.precision = options_.precision;
    options.threads = options_.threads;
    PREWARM_ASSIGN_OR_RETURN(engine_, factory_->Create(options));
    Update([this](WarmStatus* s) { s->engine = engine_->info(); });
    return Ok{};
  }));
  PREWARM_RETURN_IF_ERROR(Phase("first_inference", [this]() -> Status {
    const EngineInfo& info = engine_->info();
    PREWARM_ASSIGN_OR_RETURN(
        canary_matte_,
        engine_->Infer(MakeCanary(info.input_width, info.input_height)));
    return Ok{};
  }));
  return Phase("verify", [this] { return Verify(); });
}

Status WarmUp::Verify() {
  const EngineInfo& info = engine_->info();
  PREWARM_ASSIGN_OR_RETURN(
      const Plane again,
      engine_->Infer(MakeCanary(info.input_width, info.input_height)));
  const Verification verified = CompareCanaries(canary_matte_, again);
  canary_matte_ = Plane{};
  Update([&](WarmStatus* s) { s->verified = verified; });
  if (verified.passed) return Ok{};
  return MakeError(ErrorCode::kInternal,
                   "the canary picture was not cut out as it must be (matte " +
                       std::to_string(verified.lowest) + " to " +
                       std::to_string(verified.highest) +
                       ", two runs differ by " +
                       std::to_string(verified.max_abs_error) +
                       "); the weights may be damaged");
}

WarmStatus WarmUp::status() const {
  const std::lock_guard lock(mutex_);
  return Snapshot();
}

WarmStatus WarmUp::Snapshot() const {
  WarmStatus copy = status_;
  if (copy.state == WarmState::kReady) copy.eta_ms = 0;
  if (copy.state == WarmState::kWarming && copy.total_ms > 0) {
    copy.eta_ms =
        std::max(0.0, copy.total_ms - MillisBetween(started_, clock_.Now()));
  }
  return copy;
}

WarmUp::ObserverId WarmUp::Observe(Observer observer) {
  const std::lock_guard lock(mutex_);
  observer(Snapshot());
  observers_.emplace(next_observer_, std::move(observer));
  return next_observer_++;
}

void WarmUp::Forget(ObserverId id) {
  Observer dropped;
  const std::lock_guard lock(mutex_);
  const auto it = observers_.find(id);
  if (it == observers_.end()) return;
  dropped = std::move(it->second);
  observers_.erase(it);
}

void WarmUp::MarkDraining() {
  Update([](WarmStatus* s) { s->state = WarmState::kDraining; });
}

void WarmUp::MarkFailed(const std::string& reason) {
  Update([&](WarmStatus* s) {
    if (s->state != WarmState::kReady) return;
    s->state = WarmState::kFailed;
    s->proven = false;
    s->reason = reason;
  });
}

Engine* WarmUp::engine() {
  const std::lock_guard lock(mutex_);
  return status_.proven ? engine_.get() : nullptr;
}

}  // namespace prewarm
