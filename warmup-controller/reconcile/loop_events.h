// What the loop did, for metrics and logs. Called from its thread.
#pragma once

#include <chrono>
#include <string>

#include "common/base/result.h"
#include "warmup-controller/decide/decide.h"
#include "warmup-controller/reconcile/policy_track.h"
#include "warmup-controller/reconcile/target_key.h"
#include "warmup-controller/targets/target.h"
#include "warmup-controller/warmer/warmer.h"

namespace prewarm {

// A warm-up that has come to its end, of one instance.
struct WarmupEnd {
  const std::string& instance;
  const Result<WarmupProof>& proof;
  std::chrono::milliseconds took{0};
  bool was_warm = false;  // it was only proven again
};

// By default nobody listens.
class LoopEvents {
 public:
  virtual ~LoopEvents() = default;
  virtual void CauseChanged(const Policy& /*policy*/,
                            const FloorNow& /*floor*/) {}
  virtual void WarmupEnded(const TargetKey& /*target*/,
                           const WarmupEnd& /*end*/) {}
  // `why`: what its last warm-up lacked, or that it never answered.
  virtual void Replaced(const TargetKey& /*target*/,
                        const std::string& /*instance*/,
                        const std::string& /*why*/, const Status& /*done*/) {}
  // What keeps a target from doing what it was told; "": nothing any more.
  virtual void TroubleChanged(const TargetKey& /*target*/,
                              const std::string& /*trouble*/) {}
  // Something else that happened to it, in one sentence.
  virtual void Noted(const TargetKey& /*target*/, const std::string& /*what*/) {
  }
  virtual void Wrote(const TargetKey& /*target*/, int /*floor*/,
                     const Status& /*done*/) {}
  // Somebody else's number beside it was really changed: Wrote may only have
  // asked for it.
  virtual void FloorWritten(const TargetKey& /*target*/,
                            const FloorWrite& /*write*/) {}
  virtual void OpeningJudged(const Policy& /*policy*/,
                             const Judged& /*judged*/) {}
  virtual void Stepped(std::chrono::microseconds /*took*/,
                       std::size_t /*decisions*/,
                       std::size_t /*waiting_writes*/) {}
};

}  // namespace prewarm
