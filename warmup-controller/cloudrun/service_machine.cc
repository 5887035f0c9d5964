#include "warmup-controller/cloudrun/service_machine.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/base/backoff.h"
#include "warmup-controller/cloudrun/api_error.h"
#include "warmup-controller/cloudrun/service_notes.h"

namespace prewarm::cloudrun {

SteadyTime::duration RetryPause(int failures, std::optional<int> retry_after,
                                double chance) {
  const std::chrono::duration<double> whole =
      Backoff(kFirstServiceRetry, kLongestServiceRetry, failures);
  const auto pause = std::chrono::duration_cast<SteadyTime::duration>(
      whole * (1 - chance / 2));
  return std::max<SteadyTime::duration>(
      pause, std::chrono::seconds(retry_after.value_or(0)));
}

ServiceMachine::ServiceMachine(std::string name, std::function<double()> chance,
                               std::chrono::seconds look_every)
    : name_(std::move(name)),
      chance_(std::move(chance)),
      look_every_(look_every) {}

ServiceDue ServiceMachine::Take(SteadyTime now) {
  ServiceDue due;
  if (on_its_way_ != What::kNothing || now < again_) return due;
  if (!operation_.empty()) {
    if (now < next_poll_) return due;
    due.what = What::kPoll;
    due.operation = operation_;
  } else if (!seen_ || stale_ || now >= next_get_) {
    due.what = What::kGet;
  } else if (auto patch = NextPatch()) {
    due.what = What::kPatch;
    due.patch = *patch;
    patching_ = std::move(*patch);
  }
  on_its_way_ = due.what;
  return due;
}

std::optional<ServicePatch> ServiceMachine::NextPatch() const {
  if (wish_.released || wish_.wanted) {
    const auto plan = PlanOf(wish_.wanted);
    return plan && plan->changes() ? PatchOf(*plan) : std::nullopt;
  }
  if (!wish_.rehearsed) return std::nullopt;
  const auto plan = PlanOf(wish_.rehearsed);
  if (!plan || !plan->changes()) return std::nullopt;
  auto patch = PatchOf(*plan);
  if (patch) patch->validate_only = true;
  // Once for the same: it changes nothing.
  if (patch && BodyOf(*patch) == rehearsed_) return std::nullopt;
  return patch;
}

std::string ServiceMachine::Refusal() const {
  if (!seen_) return "";
  if (seen_->deleted) return name_ + " is being deleted";
  if (seen_->manual) return ManualRefusal(*seen_);
  return "";
}

std::optional<ServiceMachine::Plan> ServiceMachine::PlanOf(
    std::optional<int> wanted) const {
  if (!seen_ || !Refusal().empty()) return std::nullopt;
  FloorSeen floor;
  floor.live = seen_->min;
  floor.baseline = seen_->min;
  floor.ceiling = seen_->max.value_or(std::numeric_limits<int>::max());
  floor.mark = seen_->mark ? seen_->mark : kept_;
  Plan plan;
  if (wish_.released) {
    const auto is_known = [this](const std::string& policy) {
      return wish_.known.count(policy) > 0;
    };
    // Another controller's.
    if (floor.mark && !std::all_of(floor.mark->policies.begin(),
                                   floor.mark->policies.end(), is_known)) {
      return std::nullopt;
    }
    plan.floor = PlanRelease(floor);
  } else {
    plan.floor = PlanFloor(floor, wanted.value_or(0), wish_.policies);
  }
  plan.mark_changes = !(plan.floor.mark == seen_->mark);
  // Who removes the mark as well as the number is not fought with.
  if (plan.floor.conflict && !seen_->mark) plan.mark_changes = false;
  return plan;
}

std::optional<ServicePatch> ServiceMachine::PatchOf(const Plan& plan) const {
  ServicePatch patch;
  patch.name = name_;
  patch.etag = seen_->etag;
  patch.min = plan.floor.write;
  if (plan.mark_changes) {
    patch.annotations = seen_->annotations;
    if (plan.floor.mark) {
      (*patch.annotations)[kFloorAnnotation] = MarkText(*plan.floor.mark);
    } else {
      patch.annotations->erase(kFloorAnnotation);
    }
  }
  return patch;
}

void ServiceMachine::Got(const Result<ServiceSeen>& seen, SteadyTime now) {
  on_its_way_ = What::kNothing;
  if (!seen.ok()) {
    // Of a service that is gone nothing can be given back.
    gone_ = seen.error().code == ErrorCode::kNotFound;
    Failed(What::kGet, seen.error(), now);
    return;
  }
  gone_ = false;
  seen_ = *seen;
  if (seen_->mark) kept_ = seen_->mark;
  stale_ = false;
  next_get_ = now + look_every_;
  // A write that has failed is tried again by what is seen now; it has not
  // succeeded yet.
  if (failed_ != What::kPatch || !NextPatch()) Succeeded();
}

void ServiceMachine::Patched(const Result<OperationSeen>& operation,
                             SteadyTime now) {
  on_its_way_ = What::kNothing;
  if (!operation.ok()) {
    stale_ = true;
    Failed(What::kPatch, operation.error(), now);
    return;
  }
  if (patching_->validate_only) {
    rehearsed_ = BodyOf(*patching_);
    if (patching_->min) {
      news_.push_back("a dry run: the Admin API would take " + NumberOf(name_) +
                      ": " + std::to_string(seen_->min) + " -> " +
                      std::to_string(*patching_->min));
    }
    patching_.reset();
    Succeeded();
    return;
  }
  if (!operation->done) {
    operation_ = operation->name;
    polls_ = 0;
    next_poll_ = now + kFirstPoll;
    Succeeded();
    return;
  }
  Polled(operation, now);
}

void ServiceMachine::Polled(const Result<OperationSeen>& operation,
                            SteadyTime now) {
  on_its_way_ = What::kNothing;
  if (!operation.ok()) {
    // One that is not kept any more: the service itself knows.
    if (operation.error().code == ErrorCode::kNotFound) {
      operation_.clear();
      patching_.reset();
      stale_ = true;
    } else {
      Failed(What::kPoll, operation.error(), now);
    }
    return;
  }
  if (!operation->done) {
    Succeeded();
    ++polls_;
    const auto pause = std::min<SteadyTime::duration>(
        kFirstPoll * (1 << std::min(polls_, 10)), kLongestPoll);
    next_poll_ = now + pause;
    return;
  }
  operation_.clear();
  stale_ = true;
  if (operation->error) {
    Failed(What::kPatch, *operation->error, now);
    return;
  }
  Accept();
  Succeeded();
}

// The write was done; what the service says of it comes with the next look.
void ServiceMachine::Accept() {
  if (patching_->min) {
    writes_.push_back(FloorWriteOf(NumberOf(name_), seen_->min, *patching_->min,
                                   wish_.released));
    seen_->min = *patching_->min;
  }
  if (patching_->annotations) {
    const auto mark = patching_->annotations->find(kFloorAnnotation);
    kept_.reset();
    if (mark != patching_->annotations->end()) {
      auto read = ReadMark(mark->second);
      if (read.ok()) kept_ = std::move(read).value();
    }
    seen_->mark = kept_;
    seen_->annotations = *patching_->annotations;
  }
  patching_.reset();
}

void ServiceMachine::Failed(What what, const Error& error, SteadyTime now) {
  ++failures_;
  failed_ = what;
  hopeless_ = !IsPassing(error);
  again_ = now + RetryPause(failures_, error.retry_after_seconds, chance_());
  // Somebody else has changed it first: that is no trouble, it is read again.
  if (error.code != ErrorCode::kConflict) error_ = error.message;
  if (operation_.empty()) patching_.reset();
}

void ServiceMachine::Succeeded() {
  failures_ = 0;
  failed_ = What::kNothing;
  again_ = {};
  error_.clear();
}

void ServiceMachine::LookAnew() {
  stale_ = true;
  again_ = {};
}

int ServiceMachine::places() const {
  if (!seen_ || wish_.released || !Refusal().empty()) return 0;
  // What was asked for comes, most likely.
  const bool asked = !operation_.empty() && patching_ && patching_->min;
  const int there = asked ? *patching_->min : seen_->min;
  return std::min(there, wish_.wanted.value_or(0));
}

std::string ServiceMachine::trouble() const {
  std::string refusal = Refusal();
  if (!refusal.empty()) return refusal;
  if (!error_.empty()) return error_;
  if (seen_ && seen_->uri.empty() && wish_.wanted.value_or(0) > 0) {
    return name_ + " has no URL yet: it was never ready";
  }
  return "";
}

std::vector<TargetNote> ServiceMachine::notes() const {
  if (!seen_ || wish_.released) return {};
  const auto plan = PlanOf(wish_.wanted ? wish_.wanted : wish_.rehearsed);
  return NotesOf(*seen_, plan ? &plan->floor : nullptr);
}

std::vector<std::string> ServiceMachine::TakeNews() {
  return std::exchange(news_, {});
}

std::vector<FloorWrite> ServiceMachine::TakeWrites() {
  return std::exchange(writes_, {});
}

bool ServiceMachine::IsSettled() const {
  if (gone_ && wish_.released) return true;
  return on_its_way_ == What::kNothing && operation_.empty() && seen_ &&
         !stale_ && failures_ == 0 && !NextPatch();
}

}  // namespace prewarm::cloudrun
