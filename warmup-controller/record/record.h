// What was, as far as the dashboard tells of it: within bounds, of the last 48
// hours. It outlives a controller by what its history keeps of it.
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
  bool known = true;  // false: nobody looked, and the counts say nothing
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

// What a restart should know. `until`: when it was written down.
struct RecordMemory {
  Instant until;
  std::map<std::string, TargetRecord> targets;
  std::map<std::string, PolicyRecord> policies;
};

// Thread-safe. Targets are named "namespace/kind/name", policies
// "namespace/name"; who is in no status any more is forgotten.
class RecordBook {
 public:
  // Before the first status. What is in none of the statuses of an hour is
  // forgotten.
  void Remember(RecordMemory memory);
  RecordMemory Remembered() const;

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
    std::optional<int> existed;  // when it was seen last; unset: nobody knows
    Instant seen;                // the last time
  };
  static void Look(const TargetStatus& target, Instant now, Kept* kept);
  static void CountHours(Instant now, Kept* kept);
  // What is new to it begins with what is remembered.
  Kept* Target(const std::string& key);
  PolicyRecord* Policy(const std::string& key);
  void ForgetAfter(Instant now);

  mutable std::mutex mutex_;
  std::map<std::string, Kept> targets_;
  std::map<std::string, PolicyRecord> policies_;
  RecordMemory remembered_;       // of what was in no status yet
  std::optional<Instant> began_;  // the first status
  Instant seen_;                  // the last one
};

std::string TargetKeyOf(const TargetStatus& target);
std::string TargetKeyOf(const PolicyStatus& policy);

}  // namespace prewarm
