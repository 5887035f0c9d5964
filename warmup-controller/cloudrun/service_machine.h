// One service from one answer of the Admin API to the next: what to ask or
// write now. No I/O, no threads.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "warmup-controller/cloudrun/admin_api.h"
#include "warmup-controller/floor/floor_plan.h"
#include "warmup-controller/targets/target.h"

namespace prewarm::cloudrun {

// What a service is to be.
struct ServiceWish {
  std::optional<int> wanted;     // unset: nobody has said anything yet
  std::optional<int> rehearsed;  // by policies of a dry run, where none acts
  std::vector<std::string> policies;
  // Nobody wants anything any more; what was raised for one of `known` is given
  // back, the mark of another controller's policies is left alone.
  bool released = false;
  std::set<std::string> known;
};

struct ServiceDue {
  enum class What { kNothing, kGet, kPatch, kPoll };
  What what = What::kNothing;
  ServicePatch patch;
  std::string operation;
};

inline constexpr std::chrono::seconds kLookAtService{15};

// Level-based: what is seen is compared with what should be, and the difference
// is written once. A number that somebody else writes is the new baseline: see
// floor_plan.h. One call is on its way at a time.
class ServiceMachine {
 public:
  // `chance`: numbers in [0, 1), that spread retries. `look_every`: how often
  // the service is asked for while nothing goes on.
  ServiceMachine(std::string name, std::function<double()> chance,
                 std::chrono::seconds look_every = kLookAtService);

  ServiceWish* wish() { return &wish_; }
  bool released() const { return wish_.released; }
  // The call that is due now, which counts as being on its way: Got, Patched or
  // Polled is its end.
  ServiceDue Take(SteadyTime now);
  void Got(const Result<ServiceSeen>& seen, SteadyTime now);
  void Patched(const Result<OperationSeen>& operation, SteadyTime now);
  void Polled(const Result<OperationSeen>& operation, SteadyTime now);
  // What it knows may be old: it is asked for before anything is decided, and
  // pauses after failures are over.
  void LookAnew();

  const std::string& name() const { return name_; }
  // Instances that are there for us: of those that are wanted as many as the
  // service has, or will have, at least.
  int places() const;
  bool is_known() const { return seen_.has_value(); }
  // The service's minimum as it is.
  int standing() const { return seen_ ? seen_->min : 0; }
  std::string uri() const { return seen_ ? seen_->uri : ""; }
  // Why it can't be done; "": it can, or nothing is known yet.
  std::string trouble() const;
  std::vector<TargetNote> notes() const;
  std::vector<std::string> TakeNews();
  std::vector<FloorWrite> TakeWrites();
  // Nothing is on its way, nothing has to be asked or written.
  bool IsSettled() const;
  // Why it is not settled is a failure, that is tried again later; a hopeless
  // one will be the same again until somebody does something.
  bool IsFailing() const { return failures_ > 0; }
  bool IsHopeless() const { return failures_ > 0 && hopeless_; }

 private:
  using What = ServiceDue::What;
  struct Plan {
    FloorPlan floor;
    bool mark_changes = false;
    bool changes() const { return floor.write.has_value() || mark_changes; }
  };
  std::optional<Plan> PlanOf(std::optional<int> wanted) const;
  std::string Refusal() const;
  std::optional<ServicePatch> PatchOf(const Plan& plan) const;
  std::optional<ServicePatch> NextPatch() const;
  void Failed(What what, const Error& error, SteadyTime now);
  void Succeeded();
  void Accept();

  const std::string name_;
  const std::function<double()> chance_;
  const std::chrono::seconds look_every_;
  ServiceWish wish_;
  std::optional<ServiceSeen> seen_;
  bool stale_ = true;
  bool gone_ = false;  // there is none of this name
  SteadyTime next_get_{};
  // What we wrote last: somebody may remove it from the service.
  std::optional<FloorMark> kept_;
  std::optional<ServicePatch> patching_;  // on its way, or its operation is
  std::string operation_;                 // "": none goes on
  SteadyTime next_poll_{};
  int polls_ = 0;
  std::string rehearsed_;  // the patch that was tried last
  ServiceDue::What on_its_way_ = ServiceDue::What::kNothing;
  int failures_ = 0;
  What failed_ = What::kNothing;
  bool hopeless_ = false;
  SteadyTime again_{};
  std::string error_;
  std::vector<std::string> news_;
  std::vector<FloorWrite> writes_;
};

inline constexpr std::chrono::milliseconds kFirstPoll{500};
inline constexpr std::chrono::seconds kLongestPoll{5};
inline constexpr std::chrono::seconds kFirstServiceRetry{1};
inline constexpr std::chrono::seconds kLongestServiceRetry{64};

// Pauses after so many failures in a row: doubled each time, and of each pause
// up to a half by chance, so that many controllers do not come at once; never
// less than what was asked for.
SteadyTime::duration RetryPause(int failures, std::optional<int> retry_after,
                                double chance);

}  // namespace prewarm::cloudrun
