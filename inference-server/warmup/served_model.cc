#include "inference-server/warmup/served_model.h"

#include <utility>

#include "inference-server/engine/canary.h"
#include "inference-server/warmup/canary.h"

namespace prewarm {
namespace {

// Whether the weights may do better than the prepared state did. A volume that
// does not answer, memory that is short or a lost device is not its fault.
bool BlamesState(const Error& error) {
  return error.code == ErrorCode::kCorrupt ||
         error.code == ErrorCode::kInternal;
}

}  // namespace

ServedModel::ServedModel(std::string name, EngineRoom::OpenEngine open,
                         const EngineOptions& wanted, Volume* volume,
                         Hooks hooks)
    : name_(std::move(name)),
      volume_(volume),
      hooks_(std::move(hooks)),
      room_(std::move(open), wanted, volume) {}

void ServedModel::StartReading(std::function<void()> begun,
                               std::function<void()> done) {
  reading_ = volume_->ReadModel(name_, std::move(begun), std::move(done));
}

Status ServedModel::AwaitReading() {
  PREWARM_ASSIGN_OR_RETURN(files_, volume_->Await(&reading_));
  return Ok{};
}

Bitmap ServedModel::Canary() const {
  const EngineInfo& info = room_.info();
  return proves_served_ ? MakeCanary(info.input_width, info.input_height)
                        : MakeCanary(info.proof_width, info.proof_height);
}

Status ServedModel::BringUp() {
  Status up = BringUpOnce();
  // The state is a cache, the weights are the truth.
  if (!up.ok() && room_.from_state() && BlamesState(up.error())) {
    if (up.error().code == ErrorCode::kCorrupt) {
      room_.DropState(up.error().message);
    } else {
      room_.DistrustState(up.error().message);
    }
    up = BringUpOnce();
  }
  room_.TrustStates();
  // An engine that was only proven again has nothing new to keep.
  if (up.ok() && made_) to_keep_ = true;
  return up;
}

Status ServedModel::BringUpOnce() {
  made_ = !room_.bound();
  PREWARM_RETURN_IF_ERROR(
      hooks_.phase("bind", [this] { return room_.Bind(); }));
  hooks_.bound();
  ChooseProof();
  Plane matte;
  PREWARM_RETURN_IF_ERROR(
      hooks_.phase("first_inference", [&] { return FirstInference(&matte); }));
  return hooks_.phase("verify", [&]() -> Status {
    PREWARM_RETURN_IF_ERROR(Prove(matte));
    return room_.Settle();
  });
}

// Where sizes are prepared, the served one has to be computed in any case: a
// state that knows its matte saves the other one's kernels.
void ServedModel::ChooseProof() {
  reference_ = room_.info().prepares_sizes ? room_.ServedMatte() : Plane();
  proves_served_ = !reference_.data.empty();
  if (!proves_served_) reference_ = files_.reference;
}

Status ServedModel::FirstInference(Plane* matte) {
  PREWARM_ASSIGN_OR_RETURN(*matte, room_.Infer(Canary()));
  const EngineInfo& info = room_.info();
  if (!info.prepares_sizes || proves_served_) return Ok{};
  PREWARM_ASSIGN_OR_RETURN(
      served_matte_,
      room_.Infer(MakeCanary(info.input_width, info.input_height)));
  return Ok{};
}

Status ServedModel::Prove(const Plane& matte) {
  const Verification verified =
      CompareToReference(matte, reference_, room_.info().proof_bounds);
  hooks_.verified(verified);
  if (verified.passed) return Ok{};
  return MakeError(ErrorCode::kCorrupt,
                   "the canary picture was not cut out as it must be (matte " +
                       std::to_string(verified.lowest) + " to " +
                       std::to_string(verified.highest) +
                       ", off the reference by up to " +
                       std::to_string(verified.max_abs_error) + ", " +
                       std::to_string(verified.mean_abs_error) +
                       " on average, 99.9 % of the pixels by at most " +
                       std::to_string(verified.p999) + ", " +
                       std::to_string(verified.share_off * 100) +
                       " % by more than 1/255); the weights may be damaged");
}

void ServedModel::Keep() {
  if (std::exchange(to_keep_, false)) room_.Keep(served_matte_);
  served_matte_ = {};
}

void ServedModel::Condemn(const Error& error) {
  if (room_.from_state() && error.code == ErrorCode::kCorrupt) {
    room_.DropState(error.message);
  } else {
    room_.Drop();
  }
}

}  // namespace prewarm
