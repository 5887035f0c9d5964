#include "warmup-controller/record/record.h"

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
  return a.asked == b.asked && a.exist == b.exist && a.warm == b.warm &&
         a.known == b.known;
}

void AddStep(const CountStep& step, TargetRecord* record) {
  std::deque<CountStep>& steps = record->steps;
  if (!steps.empty() && SameCounts(steps.back(), step)) return;
  // Within one second the last one counts.
  if (!steps.empty() && steps.back().at == step.at) steps.pop_back();
  steps.push_back(step);
  if (steps.size() <= kMostSteps) return;
  steps.pop_front();
  record->steps_since = std::max(record->steps_since, steps.front().at);
}

void ForgetAfter(Instant now, TargetRecord* record) {
  for (Instant* since :
       {&record->account.since, &record->steps_since, &record->warmups_since}) {
    *since = std::min(*since, now);
  }
  while (!record->steps.empty() && record->steps.back().at > now) {
    record->steps.pop_back();
  }
  while (!record->warmups.empty() && record->warmups.back().ended > now) {
    record->warmups.pop_back();
  }
}

void ForgetAfter(Instant now, PolicyRecord* record) {
  while (!record->openings.empty() && record->openings.back().due > now) {
    record->openings.pop_back();
  }
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

void RecordBook::Remember(RecordMemory memory) {
  const std::lock_guard lock(mutex_);
  remembered_ = std::move(memory);
}

RecordMemory RecordBook::Remembered() const {
  const std::lock_guard lock(mutex_);
  // Of those that may come back, too.
  RecordMemory memory = remembered_;
  if (!began_) return memory;
  memory.until = seen_;
  for (const auto& [key, kept] : targets_) memory.targets[key] = kept.record;
  for (const auto& [key, policy] : policies_) memory.policies[key] = policy;
  return memory;
}

RecordBook::Kept* RecordBook::Target(const std::string& key) {
  const auto [place, is_new] = targets_.try_emplace(key);
  Kept* const kept = &place->second;
  const auto known = remembered_.targets.find(key);
  if (!is_new || known == remembered_.targets.end()) return kept;
  kept->record = std::move(known->second);
  kept->seen = remembered_.until;
  const std::deque<CountStep>& steps = kept->record.steps;
  if (!steps.empty() && steps.back().known) kept->existed = steps.back().exist;
  remembered_.targets.erase(known);
  return kept;
}

PolicyRecord* RecordBook::Policy(const std::string& key) {
  const auto [place, is_new] = policies_.try_emplace(key);
  const auto known = remembered_.policies.find(key);
  if (is_new && known != remembered_.policies.end()) {
    place->second = std::move(known->second);
    remembered_.policies.erase(known);
  }
  return &place->second;
}

void RecordBook::See(const ControllerStatus& status) {
  const std::lock_guard lock(mutex_);
  const Instant now = status.at;
  if (!began_) began_ = now;
  if (now < seen_ || now < remembered_.until) ForgetAfter(now);
  std::set<std::string> there;
  for (const auto& target : status.targets) {
    const std::string key = TargetKeyOf(*target);
    Look(*target, now, Target(key));
    there.insert(key);
  }
  KeepThose(there, &targets_);
  there.clear();
  for (const auto& policy : status.policies) {
    const std::string key = policy->namespace_name + "/" + policy->name;
    (void)Policy(key);
    there.insert(key);
  }
  KeepThose(there, &policies_);
  if (now - *began_ > kLongestGap) remembered_ = {};
  seen_ = now;
}

void RecordBook::CountHours(Instant now, Kept* kept) {
  TargetRecord& record = kept->record;
  const Instant before = kept->seen;
  if (record.account.since == Instant()) {
    record.account.since = record.steps_since = record.warmups_since = now;
  } else if (now - before > kLongestGap) {
    // What was seen then held for that second.
    AddStep({before + std::chrono::seconds(1), 0, 0, 0, false}, &record);
  } else if (now > before && kept->existed) {
    const double hours = Hours(now - before);
    record.account.hours += hours;
    record.account.instance_hours += *kept->existed * hours;
  }
}

void RecordBook::Look(const TargetStatus& target, Instant now, Kept* kept) {
  CountHours(now, kept);
  kept->existed = target.current;
  kept->seen = now;
  TargetRecord& record = kept->record;
  const Instant oldest = now - kRecordedTime;
  record.steps_since = std::max(record.steps_since, oldest);
  record.warmups_since = std::max(record.warmups_since, oldest);
  while (!record.warmups.empty() && record.warmups.front().ended < oldest) {
    record.warmups.pop_front();
  }
  // The last one before the bound holds until the next one.
  std::deque<CountStep>& steps = record.steps;
  while (steps.size() > 1 && steps[1].at <= oldest) steps.pop_front();
  AddStep({now, target.desired, target.current, target.warm}, &record);
}

// The clock was set back: what was seen then lies in the future now.
void RecordBook::ForgetAfter(Instant now) {
  for (auto& [key, kept] : targets_) {
    prewarm::ForgetAfter(now, &kept.record);
    kept.seen = std::min(kept.seen, now);
  }
  for (auto& [key, policy] : policies_) prewarm::ForgetAfter(now, &policy);
  remembered_.until = std::min(remembered_.until, now);
  for (auto& [key, target] : remembered_.targets) {
    prewarm::ForgetAfter(now, &target);
  }
  for (auto& [key, policy] : remembered_.policies) {
    prewarm::ForgetAfter(now, &policy);
  }
}

void RecordBook::Warmed(const std::string& target, WarmupRecord warmup) {
  const std::lock_guard lock(mutex_);
  if (warmup.error.size() > kMostError) warmup.error.resize(kMostError);
  TargetRecord& record = Target(target)->record;
  record.warmups.push_back(std::move(warmup));
  if (record.warmups.size() <= kMostWarmups) return;
  record.warmups.pop_front();
  record.warmups_since = record.warmups.front().ended;
}

void RecordBook::Judged(const std::string& policy, const OpeningStatus& opening,
                        Instant now) {
  const std::lock_guard lock(mutex_);
  auto& openings = Policy(policy)->openings;
  // A late one may be judged after the next one.
  openings.insert(
      std::upper_bound(openings.begin(), openings.end(), opening,
                       [](const OpeningStatus& a, const OpeningStatus& b) {
                         return a.due < b.due;
                       }),
      opening);
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
