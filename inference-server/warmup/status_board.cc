#include "inference-server/warmup/status_board.h"

#include <algorithm>
#include <utility>

namespace prewarm {
namespace {

constexpr std::size_t kRemembered = 64;

}  // namespace

StatusBoard::StatusBoard(std::vector<ModelStatus> models, int phases,
                         const Clock& clock)
    : clock_(clock), phases_(phases), learned_({}, phases) {
  status_.models = std::move(models);
  status_.since = clock_.Now();
}

void StatusBoard::Apply(const Change& change) {
  const WarmState before = status_.state;
  change(&status_);
  if (before == WarmState::kDraining) status_.state = before;
  if (status_.state != before) status_.since = clock_.Now();
}

void StatusBoard::Update(const Change& change) {
  // Observers are called under the lock: they see changes in order, and
  // Forget returns only when no call runs any more.
  const std::lock_guard lock(mutex_);
  Apply(change);
  Publish();
}

void StatusBoard::Note(const Change& change) {
  const std::lock_guard lock(mutex_);
  Apply(change);
}

void StatusBoard::Publish() {
  ++status_.version;
  const WarmStatus snapshot = Snapshot();
  for (const auto& [id, observer] : observers_) observer(snapshot);
}

bool StatusBoard::Begin(const std::function<bool(WarmStatus*)>& may) {
  const std::lock_guard lock(mutex_);
  if (!may(&status_)) return false;
  Apply([](WarmStatus* s) { s->state = WarmState::kWarming; });
  started_ = clock_.Now();
  ++attempt_;
  running_.clear();
  bound_.reset();
  shown_progress_ = 0;
  expected_ms_ = learned_.Remaining({}).p50_ms;
  status_.phase.clear();
  status_.reason.clear();
  status_.progress = 0;
  status_.phases.clear();
  for (ModelStatus& model : status_.models) {
    if (!model.proven) model.verified = Verification{};
  }
  status_.running = true;
  Publish();
  return true;
}

unsigned StatusBoard::attempt() const {
  const std::lock_guard lock(mutex_);
  return attempt_;
}

double StatusBoard::elapsed() const {
  const std::lock_guard lock(mutex_);
  return MillisBetween(started_, clock_.Now());
}

void StatusBoard::BeginPhase(const std::string& name, unsigned attempt) {
  const SteadyTime now = clock_.Now();
  Update([&](WarmStatus* s) {
    if (!s->running || attempt != attempt_) return;
    s->phase = name;
    running_.push_back({name, MillisBetween(started_, now), 0});
  });
}

void StatusBoard::EndPhase(const std::string& name, unsigned attempt) {
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

void StatusBoard::Bound(std::size_t model, const EngineInfo& engine,
                        CachedState cached, bool last) {
  Update([&](WarmStatus* s) {
    s->models[model].engine = engine;
    s->models[model].cached = cached;
    if (cached != CachedState::kHit || (last && !bound_)) bound_ = cached;
  });
}

WarmStatus StatusBoard::status() const {
  const std::lock_guard lock(mutex_);
  return Snapshot();
}

WarmUpPosition StatusBoard::Position() const {
  if (!status_.running) return {};
  return {MillisBetween(started_, clock_.Now()), status_.phases, bound_};
}

WarmStatus StatusBoard::Snapshot() const {
  WarmStatus copy = status_;
  const ModelStatus& first = copy.models.front();
  copy.verified = first.verified;
  copy.cached = first.cached;
  copy.engine = first.engine;
  copy.proven = std::all_of(copy.models.begin(), copy.models.end(),
                            [](const ModelStatus& m) { return m.proven; });
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

void StatusBoard::Learn(std::vector<WarmUpRecord> records) {
  const std::lock_guard lock(mutex_);
  records_ = std::move(records);
  learned_ = EtaModel(records_, phases_);
}

WarmUpRecord StatusBoard::Remember(double total_ms) {
  const std::lock_guard lock(mutex_);
  WarmUpRecord record{CachedOf(status_.models), total_ms, status_.phases};
  status_.eta_error_ms.reset();
  if (expected_ms_) status_.eta_error_ms = total_ms - *expected_ms_;
  records_.push_back(record);
  if (records_.size() > kRemembered) records_.erase(records_.begin());
  learned_ = EtaModel(records_, phases_);
  return record;
}

StatusBoard::ObserverId StatusBoard::Observe(Observer observer) {
  const std::lock_guard lock(mutex_);
  observer(Snapshot());
  observers_.emplace(next_observer_, std::move(observer));
  return next_observer_++;
}

void StatusBoard::Forget(ObserverId id) {
  Observer dropped;
  const std::lock_guard lock(mutex_);
  const auto it = observers_.find(id);
  if (it == observers_.end()) return;
  dropped = std::move(it->second);
  observers_.erase(it);
}

}  // namespace prewarm
