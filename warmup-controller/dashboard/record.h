// What was, as far as the dashboard tells of it: in memory, within bounds, of
// the last 48 hours. A restart knows nothing of the time before it, and says
// so.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "warmup-controller/report/status.h"

namespace prewarm {

inline constexpr std::chrono::hours kRecordedTime{48};
// The oldest ones go first.
inline constexpr std::size_t kMostSteps = 1000;
inline constexpr std::size_t kMostWarmups = 200;
inline constexpr std::size_t kMostOpenings = 200;
// Without a look for so long nobody knows what there was.
inline constexpr std::chrono::hours kLongestGap{1};

// From an instant on, until the next one.
struct CountStep {
  Instant at;
  int asked = 0;
  int exist = 0;
  int warm = 0;
};

// One call of one instance; a warm one that was proven again is none.
struct WarmupRecord {
  Instant ended;
  std::chrono::milliseconds took{0};
  std::string instance;
  bool verified = false;
  bool already_warm = false;  // it said that it was; of verified ones
  std::string error;          // of others
};

// Instance-hours since `since`, of the time that was looked at.
struct Account {
  Instant since;
  double hours = 0;           // that passed
  double instance_hours = 0;  // of all that existed
};

struct TargetRecord {
  Account account;
  // Since when they are whole; later than the account's if that is long ago, or
  // there were more than are kept.
  Instant steps_since;
  Instant warmups_since;
  std::deque<CountStep> steps;
  std::deque<WarmupRecord> warmups;  // by their end
};

struct PolicyRecord {
  std::deque<OpeningStatus> openings;  // by their time
};

// Thread-safe. Targets are named "namespace/kind/name", policies
// "namespace/name"; who is in no status any more is forgotten.
class RecordBook {
 public:
  // All statuses that are published, in their order.
  void See(const ControllerStatus& status);
  void Warmed(const std::string& target, WarmupRecord warmup);
  void Judged(const std::string& policy, const OpeningStatus& opening,
              Instant now);

  // Unset: nobody has looked at it yet.
  std::optional<TargetRecord> OfTarget(const std::string& target) const;
  PolicyRecord OfPolicy(const std::string& policy) const;
  std::map<std::string, Account> Accounts() const;  // by target

 private:
  struct Kept {
    TargetRecord record;
    std::optional<int> existed;  // when it was seen last; unset: never
  };
  static void Look(const TargetStatus& target, Instant before, Instant now,
                   Kept* kept);
  void ForgetAfter(Instant now);

  mutable std::mutex mutex_;
  std::map<std::string, Kept> targets_;
  std::map<std::string, PolicyRecord> policies_;
  Instant seen_;  // the last status
};

std::string TargetKeyOf(const TargetStatus& target);
std::string TargetKeyOf(const PolicyStatus& policy);

}  // namespace prewarm
