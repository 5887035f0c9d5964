#include "warmup-controller/reconcile/instance_table.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace prewarm {

using Phase = Instance::Phase;

std::optional<std::size_t> InstanceTable::Find(const std::string& id) const {
  const auto found =
      std::find_if(instances_.begin(), instances_.end(),
                   [&](const Instance& one) { return one.id == id; });
  if (found == instances_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - instances_.begin());
}

void InstanceTable::Become(std::size_t index, Phase phase, Instant now) {
  Instance& instance = instances_[index];
  if (instance.phase == phase) return;
  instance.phase = phase;
  instance.since = now;
  instance.proving = false;
  facts_[index].eta.reset();
  facts_[index].progress.reset();
  facts_[index].next_look = {};
}

bool InstanceTable::See(const std::vector<InstanceSeen>& seen, Instant now) {
  std::vector<Instance> instances;
  std::vector<InstanceFacts> facts;
  instances.reserve(seen.size());
  facts.reserve(seen.size());
  bool changed = seen.size() != instances_.size();
  for (const InstanceSeen& one : seen) {
    // They come in a stable order, so most are where they were.
    const std::size_t place = instances.size();
    const bool stayed =
        place < instances_.size() && instances_[place].id == one.id;
    auto known = stayed ? std::optional(place) : Find(one.id);
    if (!known && !one.id_before.empty()) known = Find(one.id_before);
    changed = changed || !known;
    if (known) {
      instances.push_back(std::move(instances_[*known]));
      facts.push_back(std::move(facts_[*known]));
      // So that Find still finds those that come later.
      instances_[*known].id = instances.back().id;
      instances.back().id = one.id;
    } else {
      Instance instance;
      instance.id = one.id;
      instance.since = now;
      instances.push_back(std::move(instance));
      facts.emplace_back();
    }
    facts.back().seen = one;
  }
  instances_ = std::move(instances);
  facts_ = std::move(facts);
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    const bool stops = instances_[i].phase == Phase::kStopping;
    if (!facts_[i].seen.stopping || stops) continue;
    Become(i, Phase::kStopping, now);
    changed = true;
  }
  return changed;
}

bool InstanceTable::Looked(const std::string& id,
                           const Result<InstanceHealth>& health, Instant now) {
  const auto found = Find(id);
  if (!found) return false;
  Instance& instance = instances_[*found];
  InstanceFacts& facts = facts_[*found];
  facts.looking = false;
  const Instance before = instance;
  if (instance.phase == Phase::kStopping) return false;
  if (!health.ok()) {
    ++facts.unanswered;
    const bool called = instance.phase == Phase::kWarming || instance.proving;
    if (facts.unanswered >= kUnansweredAtMost && !called) {
      Become(*found, Phase::kStarting, now);
      instance.in_flight = 0;
      facts.error = health.error().message;
    }
    return instance.phase != before.phase;
  }
  facts.unanswered = 0;
  return Answered(*found, *health, now);
}

bool InstanceTable::Answered(std::size_t index, const InstanceHealth& health,
                             Instant now) {
  Instance& instance = instances_[index];
  InstanceFacts& facts = facts_[index];
  const Instance before = instance;
  const std::optional<bool> was_ready = facts.is_ready;
  facts.eta = health.eta;
  facts.progress = health.progress;
  instance.in_flight = health.in_flight;
  if (facts.outdated) return instance.in_flight != before.in_flight;
  if (!health.state.empty()) facts.is_ready = health.ready;
  const bool other = !facts.process.empty() && !health.instance_id.empty() &&
                     facts.process != health.instance_id;
  if (!health.instance_id.empty()) facts.process = health.instance_id;
  if (instance.phase == Phase::kStarting) {
    facts.error.clear();
    Become(index, Phase::kCold, now);
  }
  const bool was_warm = instance.phase == Phase::kWarm;
  const bool lost = was_warm && !health.state.empty() && !health.ready;
  if (other) {
    instance.failures = 0;
    if (instance.lapses == 0) {
      instance.failed_at.reset();
      facts.error.clear();
    }
  }
  if (lost) {
    Fall(index, "it proved itself, and says that it is not ready", now);
  } else if (other && (was_warm || instance.phase == Phase::kWarming)) {
    // A call to the process before can't end well; it is not waited for.
    Fall(index, "another process answers than the one before", now);
  } else if (instance.lapses > 0 && HasLasted(index, now)) {
    ForgetLapses(index);
  }
  return other || instance.phase != before.phase ||
         instance.lapses != before.lapses ||
         instance.in_flight != before.in_flight ||
         (was_warm && facts.is_ready != was_ready);
}

bool InstanceTable::HasLasted(std::size_t index, Instant now) const {
  const Instance& instance = instances_[index];
  return instance.phase == Phase::kWarm && now - instance.since >= kLasting;
}

void InstanceTable::ForgetLapses(std::size_t index) {
  instances_[index].lapses = 0;
  instances_[index].failed_at.reset();
  facts_[index].error.clear();
}

void InstanceTable::Fall(std::size_t index, const std::string& why,
                         Instant now) {
  if (HasLasted(index, now)) {
    ForgetLapses(index);
  } else {
    ++instances_[index].lapses;
    instances_[index].failed_at = now;
    facts_[index].error = why;
  }
  Become(index, Phase::kCold, now);
}

void InstanceTable::CallBegan(std::size_t index, Instant now,
                              SteadyTime called) {
  facts_[index].called = called;
  if (instances_[index].phase == Phase::kWarm) {
    instances_[index].proving = true;
  } else {
    Become(index, Phase::kWarming, now);
  }
}

bool InstanceTable::CallEnded(const std::string& id,
                              const Result<WarmupProof>& proof, Instant now) {
  const auto found = Find(id);
  if (!found) return false;
  Instance& instance = instances_[*found];
  InstanceFacts& facts = facts_[*found];
  const bool waited = instance.phase == Phase::kWarming || instance.proving;
  // It stops, or is another process than the one that was called.
  if (!waited) return false;
  instance.proving = false;
  if (proof.ok()) {
    Become(*found, Phase::kWarm, now);
    instance.failures = 0;
    instance.proven_at = now;
    facts.process = proof->instance_id;
    facts.outdated = facts.looking;
    // It is newer than what looks have said. Whether it lasts is not known yet:
    // who has lapsed before has to say itself that it is ready.
    if (instance.lapses == 0) {
      ForgetLapses(*found);
      facts.is_ready.reset();
    }
    return true;
  }
  Become(*found, Phase::kCold, now);
  ++instance.failures;
  instance.failed_at = now;
  facts.error = proof.error().message;
  return true;
}

std::chrono::milliseconds InstanceTable::CallTook(const std::string& id,
                                                  SteadyTime now) const {
  const auto found = Find(id);
  if (!found) return std::chrono::milliseconds(0);
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      now - facts_[*found].called);
}

bool InstanceTable::IsWarm(const std::string& id) const {
  const auto found = Find(id);
  return found && instances_[*found].phase == Phase::kWarm;
}

std::chrono::milliseconds LookPace(std::size_t instances, bool matters) {
  if (matters) return kLookCalmly;
  const std::chrono::milliseconds all(instances * 1000 / kCalmLooksPerSecond);
  return std::max(kLookCalmly, all);
}

std::vector<std::size_t> InstanceTable::TakeLooks(
    SteadyTime now, std::chrono::milliseconds calmly) {
  std::vector<std::size_t> due;
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    InstanceFacts& facts = facts_[i];
    // What seemed far enough may be too far by now.
    facts.next_look = std::min<SteadyTime>(facts.next_look, now + calmly);
    if (facts.looking || facts.next_look > now) continue;
    if (facts.seen.urls.empty()) continue;  // it has no address yet
    const Phase phase = instances_[i].phase;
    if (phase == Phase::kStopping) continue;
    const bool eager = phase == Phase::kStarting || phase == Phase::kWarming;
    const auto pace = phase == Phase::kWarm ? calmly : kLookCalmly;
    facts.next_look = OnGrid(now + (eager ? kLookEagerly : pace));
    facts.looking = true;
    facts.outdated = false;
    due.push_back(i);
  }
  return due;
}

SteadyTime InstanceTable::NextLook() const {
  SteadyTime next = SteadyTime::max();
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    if (facts_[i].looking || instances_[i].phase == Phase::kStopping) continue;
    if (facts_[i].seen.urls.empty()) continue;
    next = std::min(next, facts_[i].next_look);
  }
  return next;
}

int InstanceTable::existing() const {
  return static_cast<int>(std::count_if(
      instances_.begin(), instances_.end(),
      [](const Instance& one) { return one.phase != Phase::kStopping; }));
}

int InstanceTable::warm() const {
  int warm = 0;
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    if (instances_[i].phase != Phase::kWarm) continue;
    warm += facts_[i].is_ready.value_or(true) ? 1 : 0;
  }
  return warm;
}

std::vector<std::string> InstanceTable::Dispensable() const {
  std::vector<std::size_t> order(instances_.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(
      order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
        const auto rank = [this](std::size_t i) {
          const Instance& one = instances_[i];
          return std::tuple(one.phase == Phase::kWarm, one.in_flight,
                            -one.failures - one.lapses);
        };
        return rank(a) < rank(b);
      });
  std::vector<std::string> ids;
  ids.reserve(order.size());
  for (const std::size_t i : order) ids.push_back(instances_[i].id);
  return ids;
}

}  // namespace prewarm
