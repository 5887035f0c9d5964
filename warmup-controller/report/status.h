// What the controller knows and does, as values: for JSON, metrics and tables.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "warmup-controller/calendar/civil.h"

namespace prewarm {

struct InstanceStatus {
  std::string id;
  std::string url;
  std::string phase;  // "starting", "cold", "warming", "warm", "stopping"
  Instant since;      // in this phase
  int failures = 0;   // warm-ups in a row that proved nothing
  std::string error;  // of the last of them
  std::optional<Instant> proven_at;
  int in_flight = 0;
};

struct TargetStatus {
  std::string namespace_name;
  std::string kind;
  std::string name;
  // "ready": at least one instance is warm. Else "warming", "starting",
  // "cold" (there is none) or "failed" (instances that prove nothing, or none
  // that can be started).
  std::string state;
  std::optional<std::chrono::milliseconds> eta;  // until one is warm
  std::optional<double> progress;
  int desired = 0;
  int current = 0;
  int warm = 0;
  std::string trouble;
  std::vector<InstanceStatus> instances;
};

struct WindowStatus {
  std::string name;
  std::optional<Instant> opens;
  std::optional<Instant> closes;
};

// The last rise of what the windows ask for.
struct OpeningStatus {
  Instant due;
  int asked = 0;
  std::optional<Instant> warm_at;
  std::chrono::seconds warm_before{0};  // negative: late by
  bool missed = false;                  // nobody was there before it was due
};

struct Condition {
  std::string type;  // "Accepted", "Active", "Warm", "Conflict", "Degraded"
  bool status = false;
  std::string reason;  // "WindowOpen"
  std::string message;
  std::optional<Instant> since;  // of this status
};

struct IntentStatus {
  int visitors = 0;
  int instances = 0;
  std::chrono::seconds ttl{0};
  double conversion = 0;
  std::chrono::milliseconds think{0};  // median
};

struct PolicyStatus {
  std::string namespace_name;
  std::string name;
  std::string target_kind;
  std::string target_name;
  bool suspend = false;
  bool dry_run = false;
  int desired = 0;  // the floor that is decided
  int written = 0;  // that the target was told; of a dry run 0
  int current = 0;
  int warm = 0;
  std::string cause;   // "window", "warm_start", ...
  std::string reason;  // one sentence for a person
  Instant cause_since;
  std::vector<WindowStatus> active;
  std::optional<Instant> next_transition;
  std::optional<Instant> next_warm_start;
  std::chrono::seconds lead{0};  // of the highest window's floor
  std::size_t lead_samples = 0;
  std::optional<OpeningStatus> last_opening;
  CivilDay day;               // the policy's local one
  double instance_hours = 0;  // of it
  double intent_hours = 0;    // of them, those for visitors
  std::optional<double> instance_hours_per_day;
  std::optional<IntentStatus> intent;
  std::vector<Condition> conditions;
};

// Immutable; parts that have not changed are shared with the one before.
struct ControllerStatus {
  Instant at;
  std::vector<std::shared_ptr<const PolicyStatus>> policies;  // by ns/name
  std::vector<std::shared_ptr<const TargetStatus>> targets;
};

// Where the newest one is found. Thread-safe.
class StatusBoard {
 public:
  std::shared_ptr<const ControllerStatus> Read() const {
    return std::atomic_load(&status_);
  }
  // Why the newest declarations are not in force; "": they are.
  std::string refused() const {
    const auto text = std::atomic_load(&refused_);
    return text ? *text : "";
  }
  void SetRefused(const std::string& errors) {
    std::atomic_store(&refused_, std::make_shared<const std::string>(errors));
  }
  // Unset: nothing was published yet.
  std::optional<SteadyTime> published() const {
    const SteadyTime at(SteadyTime::duration(published_.load()));
    return at == SteadyTime::min() ? std::nullopt : std::make_optional(at);
  }
  void Publish(std::shared_ptr<const ControllerStatus> status,
               SteadyTime now = Clock::System().Now()) {
    std::atomic_store(&status_, std::move(status));
    published_ = now.time_since_epoch().count();
  }

 private:
  std::shared_ptr<const ControllerStatus> status_ =
      std::make_shared<const ControllerStatus>();
  std::shared_ptr<const std::string> refused_;
  std::atomic<SteadyTime::rep> published_{
      SteadyTime::min().time_since_epoch().count()};
};

}  // namespace prewarm
