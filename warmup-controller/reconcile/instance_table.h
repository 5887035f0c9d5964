// The instances of one target as decide/ sees them: what the target lists,
// what looks and warm-ups have told. No I/O, no threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "warmup-controller/decide/observed.h"
#include "warmup-controller/targets/target.h"
#include "warmup-controller/warmer/warmer.h"

namespace prewarm {

// What decide/ need not know of an instance.
struct InstanceFacts {
  InstanceSeen seen;
  std::string process;  // its own name for this start; "": it does not say
  // Of the last warm-up that proved nothing, or why nobody answers.
  std::string error;
  std::optional<std::chrono::milliseconds> eta;
  std::optional<double> progress;
  std::optional<bool> is_ready;  // it says so itself; unset: no answer yet
  // Of the look that is on its way: it began before the last proof, and what it
  // tells of the state may be older.
  bool outdated = false;
  int unanswered = 0;  // looks in a row
  bool looking = false;
  SteadyTime next_look{};
  SteadyTime called{};  // the last warm-up
};

// An instance that has not answered is looked at often, others now and then,
// and of thousands each one more seldom.
inline constexpr std::chrono::milliseconds kLookEagerly{250};
inline constexpr std::chrono::milliseconds kLookCalmly{2000};
inline constexpr std::size_t kCalmLooksPerSecond = 100;
// Of so many instances in all; where work in flight is about to matter it is
// looked at as if there were few.
std::chrono::milliseconds LookPace(std::size_t instances, bool matters);
// Times on a common grid: what is due at about the same time is done together.
inline SteadyTime OnGrid(SteadyTime time) {
  return time - time.time_since_epoch() % kLookEagerly;
}
// So many looks without an answer, and it is taken for starting anew.
inline constexpr int kUnansweredAtMost = 3;

// A proof has lasted that long: before, it is a lapse where the instance says
// that it is not ready, and it is not called at once again. So a gate falls a
// few times, and then once a minute at most.
inline constexpr std::chrono::seconds kLasting{60};

// All indices are those of instances(). Methods answer whether anything has
// changed that a decision may depend on; ids that are gone change nothing.
class InstanceTable {
 public:
  bool See(const std::vector<InstanceSeen>& seen, Instant now);
  // One that answers is cold until a warm-up has proved otherwise; one that
  // was proved and is another process now, or says that it is not ready any
  // more, is cold again.
  bool Looked(const std::string& id, const Result<InstanceHealth>& health,
              Instant now);
  void CallBegan(std::size_t index, Instant now, SteadyTime called);
  bool CallEnded(const std::string& id, const Result<WarmupProof>& proof,
                 Instant now);

  // How long the last call of an instance has taken by now; 0 if it is gone.
  std::chrono::milliseconds CallTook(const std::string& id,
                                     SteadyTime now) const;
  bool IsWarm(const std::string& id) const;

  // Those whose next look is due, `calmly` after the one before where they
  // are warm; they count as being looked at until Looked.
  std::vector<std::size_t> TakeLooks(
      SteadyTime now, std::chrono::milliseconds calmly = kLookCalmly);
  SteadyTime NextLook() const;  // SteadyTime::max(): none

  const std::vector<Instance>& instances() const { return instances_; }
  const InstanceFacts& facts(std::size_t index) const { return facts_[index]; }
  int existing() const;  // not counting those that stop
  // Who has said since its proof that it is not ready, or whose proofs before
  // did not last, counts only once it says that it is.
  int warm() const;
  // Ids in the order to let go of them: what does not serve before what does,
  // and what works on requests last.
  std::vector<std::string> Dispensable() const;

 private:
  std::optional<std::size_t> Find(const std::string& id) const;
  void Become(std::size_t index, Instance::Phase phase, Instant now);
  bool HasLasted(std::size_t index, Instant now) const;
  void Fall(std::size_t index, const std::string& why, Instant now);
  void ForgetLapses(std::size_t index);
  bool Answered(std::size_t index, const InstanceHealth& health, Instant now);

  std::vector<Instance> instances_;
  std::vector<InstanceFacts> facts_;  // of the instance at the same place
};

}  // namespace prewarm
