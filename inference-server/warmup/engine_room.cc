#include "inference-server/warmup/engine_room.h"

#include <cstring>
#include <utility>
#include <vector>

#include "common/base/log.h"

namespace prewarm {
namespace {

// Beside the engine's tensors, none of which is called so.
constexpr char kServedMatte[] = "prewarm.served_matte";

}  // namespace

EngineRoom::EngineRoom(OpenEngine open, const EngineOptions& wanted,
                       Volume* volume)
    : open_(std::move(open)),
      precision_(wanted.precision),
      volume_(volume),
      options_(wanted) {}

EngineRoom::~EngineRoom() = default;

Status EngineRoom::OpenLibrary() {
  if (factory_ != nullptr) return Ok{};
  PREWARM_ASSIGN_OR_RETURN(factory_, open_());
  return Ok{};
}

Status EngineRoom::Plan(const StoredModel& model) {
  const bool same = model.manifest.name == model_.manifest.name &&
                    model.manifest.digest == model_.manifest.digest &&
                    model.manifest.architecture == model_.manifest.architecture;
  if (!same) {
    Drop();
    distrust_ = false;
  }
  model_ = model;
  options_.model = model.manifest.name;
  options_.architecture = model.manifest.architecture;
  options_.digest = model.manifest.digest;
  // Without asking for a choice, so that no precision has to be timed.
  options_.precision = Precision::kFp32;
  PREWARM_ASSIGN_OR_RETURN(planned_, factory_->Plan(options_));
  on_cpu_ = planned_.device == "cpu";
  return Ok{};
}

StateKey EngineRoom::KeyOf(const EngineInfo& info) {
  return {info.model,     info.digest, info.build,
          info.precision, info.layout, info.device};
}

// Leaves the precision that it will be in the options, unless one was asked
// for: then the engine says so when it uses another.
Result<EngineInfo> EngineRoom::PlanWith(Precision precision) {
  options_.precision = precision;
  PREWARM_ASSIGN_OR_RETURN(EngineInfo info, factory_->Plan(options_));
  options_.precision = precision_;
  if (precision_ == Precision::kAuto) {
    options_.precision =
        ParsePrecision(info.precision).value_or(Precision::kFp32);
  }
  return info;
}

// A state tells which precision an earlier process found the faster one on
// this instruction set: it need not be timed again.
Result<Volume::Found> EngineRoom::LookForState() {
  std::vector<Precision> candidates = {precision_};
  if (precision_ == Precision::kAuto && on_cpu_) {
    candidates = {Precision::kBf16, Precision::kFp32};
  }
  Volume::Found found;
  std::vector<StateKey> keys;
  std::vector<Precision> precisions;  // of the keys
  for (const Precision precision : candidates) {
    PREWARM_ASSIGN_OR_RETURN(const EngineInfo info, PlanWith(precision));
    if (info.layout.empty()) continue;
    state_key_ = KeyOf(info);
    if (!keys.empty() && state_key_.Hex() == keys.back().Hex()) continue;
    keys.push_back(state_key_);
    precisions.push_back(precision);
    const bool damaged = found.damaged;
    PREWARM_ASSIGN_OR_RETURN(found, volume_->FindState(state_key_));
    found.damaged = found.damaged || damaged;
    if (found.state != nullptr) return found;
  }
  // None: whoever is first to build one decides of which precision it is. Two
  // that time them on a busy machine may find differently.
  const bool damaged = found.damaged;
  if (!keys.empty()) {
    PREWARM_ASSIGN_OR_RETURN(found, volume_->FindStateOrLock(keys));
    found.damaged = found.damaged || damaged;
  }
  const Precision decided =
      found.state != nullptr ? precisions[found.key] : precision_;
  PREWARM_ASSIGN_OR_RETURN(const EngineInfo info, PlanWith(decided));
  state_key_ = KeyOf(info);
  return found;
}

Status EngineRoom::Bind() {
  if (engine_ != nullptr) return Ok{};
  cached_ = distrust_ ? CachedState::kRebuilt : CachedState::kMiss;
  PREWARM_ASSIGN_OR_RETURN(Volume::Found found, LookForState());
  if (found.damaged) cached_ = CachedState::kRebuilt;
  lock_ = std::move(found.lock);
  if (found.state != nullptr && !distrust_) {
    Status bound = BindState(std::move(found.state));
    if (bound.ok()) return bound;
    switch (bound.error().code) {
      case ErrorCode::kCorrupt:  // another layout, or torn
        DropState(bound.error().message);
        break;
      case ErrorCode::kUnavailable:  // no kernels: another engine may have some
      case ErrorCode::kInternal:
        DistrustState(bound.error().message);
        break;
      default:
        Drop();
        return bound;
    }
    cached_ = CachedState::kRebuilt;
  }
  return BindWeights();
}

Status EngineRoom::BindState(Volume::Prepared state) {
  state_ = std::move(state);
  integrity_ = volume_->VerifyState(state_);
  options_.prepared = &state_->tensors();
  auto engine = factory_->Create(options_);
  options_.prepared = nullptr;
  if (!engine.ok()) return engine.error();
  engine_ = std::move(engine).value();
  cached_ = CachedState::kHit;
  return Ok{};
}

Status EngineRoom::BindWeights() {
  PREWARM_ASSIGN_OR_RETURN(options_.weights, volume_->MapWeights(model_));
  weights_ = options_.weights;
  weights_->Prefetch();
  integrity_ = volume_->VerifyWeights(model_, weights_);
  auto engine = factory_->Create(options_);
  options_.weights = nullptr;
  if (!engine.ok()) return engine.error();
  engine_ = std::move(engine).value();
  return Ok{};
}

Result<Plane> EngineRoom::Infer(const Bitmap& rgb) {
  return engine_->Infer(rgb);
}

Status EngineRoom::Settle() {
  if (integrity_.valid()) {
    PREWARM_RETURN_IF_ERROR(volume_->Await(&integrity_));
  }
  const bool whole = weights_ == nullptr || weights_->intact();
  weights_ = nullptr;  // read, and prepared
  if (!whole || !intact()) {
    return MakeError(ErrorCode::kCorrupt,
                     "the file was cut short while it was mapped", "store");
  }
  return Ok{};
}

void EngineRoom::Keep(const Plane& served_matte) {
  if (engine_ == nullptr) {  // let go meanwhile
    lock_ = nullptr;
    return;
  }
  PreparedTensors tensors = engine_->PreparedState();
  if (tensors.empty() || info().layout.empty()) {
    lock_ = nullptr;
    return;
  }
  const auto kept = std::make_shared<const Plane>(served_matte);
  if (!kept->data.empty()) {
    tensors[kServedMatte] = {
        DType::kF32,
        {kept->height, kept->width},
        reinterpret_cast<const std::uint8_t*>(kept->data.data()),
        kept->data.size() * sizeof(float)};
  }
  // The lock goes when others can find the state.
  volume_->Publish(KeyOf(info()), tensors,
                   [engine = engine_, kept, lock = std::move(lock_)] {});
}

Plane EngineRoom::ServedMatte() const {
  if (state_ == nullptr) return {};
  const auto it = state_->tensors().find(kServedMatte);
  const std::vector<std::int64_t> size = {info().input_height,
                                          info().input_width};
  if (it == state_->tensors().end() || it->second.dtype != DType::kF32 ||
      it->second.shape != size) {
    return {};
  }
  Plane matte = MakePlane(info().input_width, info().input_height);
  std::memcpy(matte.data.data(), it->second.data, it->second.bytes);
  return matte;
}

void EngineRoom::Drop() {
  engine_ = nullptr;
  integrity_ = {};
  state_ = nullptr;
  weights_ = nullptr;
  lock_ = nullptr;
}

void EngineRoom::DistrustState(const std::string& reason) {
  Log(LogLevel::kWarning, "prepared_state_set_aside",
      {{"key", state_key_.Hex()}, {"reason", reason}});
  Drop();
  distrust_ = true;
}

void EngineRoom::DropState(const std::string& reason) {
  Volume::Prepared damaged = std::move(state_);
  Drop();
  // On a read-only volume the state stays: then it is only not looked at.
  distrust_ = true;
  volume_->Quarantine(state_key_, std::move(damaged), reason);
}

}  // namespace prewarm
