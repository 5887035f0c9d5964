#include "warmup-controller/dashboard/record.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace prewarm {
namespace {

constexpr std::size_t kMostError = 300;

double Hours(std::chrono::seconds time) {
  return std::chrono::duration<double, std::ratio<3600>>(time).count();
}

bool SameCounts(const CountStep& a, const CountStep& b) {
  return a.asked == b.asked && a.exist == b.exist && a.warm == b.warm;
}

template <typename Known>
void KeepThose(const std::set<std::string>& there, Known* known) {
  for (auto it = known->begin(); it != known->end();) {
    it = there.count(it->first) > 0 ? std::next(it) : known->erase(it);
  }
}

}  // namespace

std::string TargetKeyOf(const TargetStatus& target) {
  return target.namespace_name + "/" + target.kind + "/" + target.name;
}

std::string TargetKeyOf(const PolicyStatus& policy) {
  return policy.namespace_name + "/" + policy.target_kind + "/" +
         policy.target_name;
}

void RecordBook::See(const ControllerStatus& status) {
  const std::lock_guard lock(mutex_);
  const Instant now = status.at;
  if (now < seen_) ForgetAfter(now);
  std::set<std::string> there;
  for (const auto& target : status.targets) {
    const std::string key = TargetKeyOf(*target);
    Look(*target, seen_, now, &targets_[key]);
    there.insert(key);
  }
  KeepThose(there, &targets_);
  there.clear();
  for (const auto& policy : status.policies) {
    there.insert(policy->namespace_name + "/" + policy->name);
  }
  KeepThose(there, &policies_);
  seen_ = now;
}

void RecordBook::Look(const TargetStatus& target, Instant before, Instant now,
                      Kept* kept) {
  TargetRecord& record = kept->record;
  if (!kept->existed) {
    record.account.since = record.steps_since = record.warmups_since = now;
  } else if (now > before && now - before <= kLongestGap) {
    const double hours = Hours(now - before);
    record.account.hours += hours;
    record.account.instance_hours += *kept->existed * hours;
  }
  kept->existed = target.current;
  const Instant oldest = now - kRecordedTime;
  record.steps_since = std::max(record.steps_since, oldest);
  record.warmups_since = std::max(record.warmups_since, oldest);
  while (!record.warmups.empty() && record.warmups.front().ended < oldest) {
    record.warmups.pop_front();
  }
  std::deque<CountStep>& steps = record.steps;
  // The last one before the bound holds until the next one.
  while (steps.size() > 1 && steps[1].at <= oldest) steps.pop_front();
  const CountStep step{now, target.desired, target.current, target.warm};
  if (!steps.empty() && SameCounts(steps.back(), step)) return;
  // Within one second the last one counts.
  if (!steps.empty() && steps.back().at == now) steps.pop_back();
  steps.push_back(step);
  if (steps.size() <= kMostSteps) return;
  steps.pop_front();
  record.steps_since = std::max(record.steps_since, steps.front().at);
}

// The clock was set back: what was seen then lies in the future now.
void RecordBook::ForgetAfter(Instant now) {
  for (auto& [key, kept] : targets_) {
    TargetRecord& record = kept.record;
    for (Instant* since :
         {&record.account.since, &record.steps_since, &record.warmups_since}) {
      *since = std::min(*since, now);
    }
    while (!record.steps.empty() && record.steps.back().at > now) {
      record.steps.pop_back();
    }
    while (!record.warmups.empty() && record.warmups.back().ended > now) {
      record.warmups.pop_back();
    }
  }
  for (auto& [key, policy] : policies_) {
    while (!policy.openings.empty() && policy.openings.back().due > now) {
      policy.openings.pop_back();
    }
  }
}

void RecordBook::Warmed(const std::string& target, WarmupRecord warmup) {
  const std::lock_guard lock(mutex_);
  if (warmup.error.size() > kMostError) warmup.error.resize(kMostError);
  TargetRecord& record = targets_[target].record;
  record.warmups.push_back(std::move(warmup));
  if (record.warmups.size() <= kMostWarmups) return;
  record.warmups.pop_front();
  record.warmups_since = record.warmups.front().ended;
}

void RecordBook::Judged(const std::string& policy, const OpeningStatus& opening,
                        Instant now) {
  const std::lock_guard lock(mutex_);
  auto& openings = policies_[policy].openings;
  openings.push_back(opening);
  while (!openings.empty() && (openings.size() > kMostOpenings ||
                               openings.front().due < now - kRecordedTime)) {
    openings.pop_front();
  }
}

std::optional<TargetRecord> RecordBook::OfTarget(
    const std::string& target) const {
  const std::lock_guard lock(mutex_);
  const auto found = targets_.find(target);
  if (found == targets_.end() || !found->second.existed) return std::nullopt;
  return found->second.record;
}

PolicyRecord RecordBook::OfPolicy(const std::string& policy) const {
  const std::lock_guard lock(mutex_);
  const auto found = policies_.find(policy);
  return found == policies_.end() ? PolicyRecord() : found->second;
}

std::map<std::string, Account> RecordBook::Accounts() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, Account> accounts;
  for (const auto& [key, kept] : targets_) {
    if (kept.existed) accounts[key] = kept.record.account;
  }
  return accounts;
}

}  // namespace prewarm
