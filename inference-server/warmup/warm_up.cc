#include "inference-server/warmup/warm_up.h"

#include <algorithm>
#include <utility>

#include "common/base/log.h"
#include "inference-server/engine/canary.h"
#include "inference-server/warmup/canary.h"

namespace prewarm {
namespace {

constexpr std::size_t kRemembered = 64;

Error NotReady() {
  Error error = MakeError(ErrorCode::kUnavailable,
                          "the model is not ready any more; retry");
  error.retry_after_seconds = 1;
  return error;
}

EngineOptions OptionsOf(const WarmUpOptions& options) {
  EngineOptions wanted;
  wanted.precision = options.precision;
  wanted.threads = options.threads;
  wanted.blend_threshold = options.blend_threshold;
  return wanted;
}

// Whether the weights may do better than the prepared state did. A volume that
// does not answer, memory that is short or a lost device is not its fault.
bool BlamesState(const Error& error) {
  return error.code == ErrorCode::kCorrupt ||
         error.code == ErrorCode::kInternal;
}

}  // namespace

WarmUp::WarmUp(const WarmUpOptions& options, Volume* volume,
               EngineRoom::OpenEngine open, WorkerPool* inference,
               const Clock& clock)
    : options_(options),
      volume_(volume),
      inference_(inference),
      clock_(clock),
      room_(std::move(open), OptionsOf(options), volume) {
  status_.since = clock_.Now();
  volume_->LoadHistory(options_.model, options_.kind,
                       [this](std::vector<WarmUpRecord> records) {
                         const std::lock_guard lock(mutex_);
                         records_ = std::move(records);
                         learned_ = EtaModel(records_);
                       });
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
    Begin();
    Publish();
  }
  inference_->Post([this] { Run(); });
}

void WarmUp::Begin() {
  if (status_.state != WarmState::kDraining) {
    status_.state = WarmState::kWarming;
    status_.since = clock_.Now();
  }
  started_ = clock_.Now();
  ++attempt_;
  running_.clear();
  binding_.reset();
  shown_progress_ = 0;
  expected_ms_ = learned_.Remaining({}).p50_ms;
  status_.phase.clear();
  status_.reason.clear();
  status_.progress = 0;
  status_.phases.clear();
  status_.verified = Verification{};
  status_.running = true;
  status_.proven = false;
}

void WarmUp::Run() {
  const Status done = RunPhases();
  const double total = MillisBetween(started_, clock_.Now());
  if (done.ok()) {
    Remember(total);
    Update([&](WarmStatus* s) {
      s->state = WarmState::kReady;
      s->running = false;
      s->proven = true;
      s->phase.clear();
      s->progress = 1;
      s->total_ms = total;
    });
    Log(LogLevel::kInfo, "warm",
        {{"total_ms", total},
         {"cached_state", CachedStateName(room_.cached())}});
    // An engine that was only proven again has nothing new to keep.
    if (from_scratch_) room_.Keep();
  } else {
    room_.Drop();
    Update([&](WarmStatus* s) {
      s->state = WarmState::kFailed;
      s->running = false;
      s->phase.clear();
      s->reason = done.error().message;
    });
    Log(LogLevel::kError, "warm_up_failed", {{"reason", done.error().message}});
    ReportLoss(done.error());
  }
}

void WarmUp::BeginPhase(const std::string& name, unsigned attempt) {
  const SteadyTime now = clock_.Now();
  Update([&](WarmStatus* s) {
    if (!s->running || attempt != attempt_) return;
    s->phase = name;
    running_.push_back({name, MillisBetween(started_, now), 0});
  });
}

void WarmUp::EndPhase(const std::string& name, unsigned attempt) {
  const SteadyTime now = clock_.Now();
  Update([&](WarmStatus* s) {
    const auto it = std::find_if(
        running_.begin(), running_.end(),
        [&](const PhaseTiming& phase) { return phase.name == name; });
    if (!s->running || attempt != attempt_ || it == running_.end()) return;
    it->duration_ms = MillisBetween(started_, now) - it->start_ms;
    s->phases.push_back(*it);
    running_.erase(it);
    s->phase = running_.empty() ? "" : running_.back().name;
  });
}

Status WarmUp::Phase(const std::string& name,
                     const std::function<Status()>& work) {
  BeginPhase(name, attempt_);
  Status done = work();
  if (done.ok()) EndPhase(name, attempt_);
  return done;
}

Status WarmUp::RunPhases() {
  auto reading = volume_->ReadModel(
      options_.model,
      [this, attempt = attempt_] { BeginPhase("weights_map", attempt); },
      [this, attempt = attempt_] { EndPhase("weights_map", attempt); });
  PREWARM_RETURN_IF_ERROR(
      Phase("library_load", [this] { return room_.OpenLibrary(); }));
  PREWARM_ASSIGN_OR_RETURN(files_, volume_->Await(&reading));
  PREWARM_RETURN_IF_ERROR(
      Phase("device_init", [this] { return room_.Plan(files_.stored); }));
  Status up = BringUp();
  // The state is a cache, the weights are the truth.
  if (!up.ok() && room_.from_state() && BlamesState(up.error())) {
    if (up.error().code == ErrorCode::kCorrupt) {
      room_.DropState(up.error().message);
    } else {
      room_.DistrustState(up.error().message);
    }
    up = BringUp();
  }
  room_.TrustStates();
  return up;
}

Status WarmUp::BringUp() {
  from_scratch_ = !room_.bound();
  PREWARM_RETURN_IF_ERROR(Phase("bind", [this] { return room_.Bind(); }));
  Update([this](WarmStatus* s) {
    s->engine = room_.info();
    s->cached = room_.cached();
    binding_ = room_.cached();
  });
  Plane matte;
  PREWARM_RETURN_IF_ERROR(Phase("first_inference", [&]() -> Status {
    const EngineInfo& info = room_.info();
    PREWARM_ASSIGN_OR_RETURN(
        matte, room_.Infer(MakeCanary(info.proof_width, info.proof_height)));
    if (info.proof_width == info.input_width &&
        info.proof_height == info.input_height) {
      return Ok{};
    }
    // The size that is served: its memory is had once, its kernels are chosen.
    const auto served =
        room_.Infer(MakeCanary(info.input_width, info.input_height));
    return served.ok() ? Status(Ok{}) : Status(served.error());
  }));
  return Phase("verify", [&]() -> Status {
    PREWARM_RETURN_IF_ERROR(Prove(matte));
    return room_.Settle();
  });
}

Status WarmUp::Prove(const Plane& matte) {
  const Verification verified =
      CompareToReference(matte, files_.reference, room_.info().precision);
  Update([&](WarmStatus* s) { s->verified = verified; });
  if (verified.passed) return Ok{};
  return MakeError(ErrorCode::kCorrupt,
                   "the canary picture was not cut out as it must be (matte " +
                       std::to_string(verified.lowest) + " to " +
                       std::to_string(verified.highest) +
                       ", off the reference by up to " +
                       std::to_string(verified.max_abs_error) +
                       "); the weights may be damaged");
}

bool WarmUp::usable() const {
  const std::lock_guard lock(mutex_);
  return status_.proven && room_.bound();
}

Result<Plane> WarmUp::Infer(const Bitmap& rgb) {
  if (!usable()) return NotReady();
  auto matte = room_.Infer(rgb);
  if (!matte.ok() && matte.error().code == ErrorCode::kDeviceLost) {
    MarkFailed(matte.error().message);
    ReportLoss(matte.error());
    return NotReady();
  }
  if (room_.intact()) return matte;
  {
    const std::lock_guard lock(mutex_);
    Begin();
    Publish();
  }
  room_.DropState("the file was cut short while it was mapped");
  Run();
  if (!usable()) return NotReady();
  return room_.Infer(rgb);
}

void WarmUp::ReportLoss(const Error& error) {
  if (error.code == ErrorCode::kDeviceLost && options_.on_device_lost) {
    options_.on_device_lost({error.field, error.message});
  }
}

void WarmUp::Reprove() {
  inference_->Post([this] {
    if (status().state != WarmState::kReady || !usable()) return;
    const EngineInfo& info = room_.info();
    const auto matte = Infer(MakeCanary(info.proof_width, info.proof_height));
    const Status proven =
        matte.ok() ? Prove(matte.value()) : Status(matte.error());
    if (proven.ok()) return;
    MarkFailed(proven.error().message);
    Log(LogLevel::kError, "proof_failed", {{"reason", proven.error().message}});
    if (room_.from_state() && proven.error().code == ErrorCode::kCorrupt) {
      room_.DropState(proven.error().message);
    } else {
      room_.Drop();
    }
    Start();
  });
}

WarmStatus WarmUp::status() const {
  const std::lock_guard lock(mutex_);
  return Snapshot();
}

WarmUpPosition WarmUp::Position() const {
  if (!status_.running) return {};
  return {MillisBetween(started_, clock_.Now()), status_.phases, binding_};
}

WarmStatus WarmUp::Snapshot() const {
  WarmStatus copy = status_;
  if (copy.running || copy.state == WarmState::kCold) {
    const Eta eta = learned_.Remaining(Position());
    copy.eta_ms = eta.p50_ms;
    copy.eta_p90_ms = eta.p90_ms;
  } else if (copy.proven) {
    copy.eta_ms = copy.eta_p90_ms = 0;
  }
  if (copy.running) {
    shown_progress_ = std::max(shown_progress_, learned_.Progress(Position()));
    copy.progress = shown_progress_;
  }
  return copy;
}

// Another proof of an engine that is there says nothing about the next start.
void WarmUp::Remember(double total_ms) {
  if (!from_scratch_) return;
  WarmUpRecord record{room_.cached(), total_ms, {}};
  {
    const std::lock_guard lock(mutex_);
    record.phases = status_.phases;
    status_.eta_error_ms.reset();
    if (expected_ms_) status_.eta_error_ms = total_ms - *expected_ms_;
    records_.push_back(record);
    if (records_.size() > kRemembered) records_.erase(records_.begin());
    learned_ = EtaModel(records_);
  }
  volume_->AddToHistory(options_.model, options_.kind, record);
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

}  // namespace prewarm
