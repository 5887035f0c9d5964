#include "warmup-controller/plan/transition.h"

#include <algorithm>
#include <iterator>

#include "warmup-controller/decide/pre_warm_rules.h"
#include "warmup-controller/plan/budget_end.h"
#include "warmup-controller/plan/reason.h"

namespace prewarm {
namespace {

class Planner {
 public:
  Planner(const Policy& policy, const Schedule& schedule,
          const std::function<std::chrono::seconds(int)>& lead, Instant from,
          Instant until)
      : policy_(policy),
        from_(from),
        until_(until),
        rules_(RulesOf(policy, lead)) {
    demands_ = DemandAround(policy, schedule, rules_, from, until);
    spans_ = PreWarm(demands_, rules_);
  }

  std::vector<Transition> All() {
    for (std::size_t i = 1; i < demands_.size(); ++i) AddChange(i);
    for (std::size_t i = 1; i < spans_.size(); ++i) {
      if (spans_[i].hold == Hold::kWarmStart) AddWarmStart(i);
    }
    std::stable_sort(
        transitions_.begin(), transitions_.end(),
        [](const Transition& a, const Transition& b) { return a.at < b.at; });
    TellBudgetEnds();
    return std::move(transitions_);
  }

 private:
  bool IsWithin(Instant at) const { return from_ <= at && at < until_; }

  Transition At(Instant at, Instant until) const {
    Transition transition;
    transition.at = at;
    transition.until = std::min(until, until_);
    transition.policy = policy_.namespace_name + "/" + policy_.name;
    return transition;
  }

  void AddChange(std::size_t i) {
    const Demand& before = demands_[i - 1];
    const Demand& after = demands_[i];
    if (!IsWithin(after.begin)) return;
    Transition transition = At(
        after.begin, i + 1 < demands_.size() ? demands_[i + 1].begin : until_);
    const bool opens =
        !std::includes(before.windows.begin(), before.windows.end(),
                       after.windows.begin(), after.windows.end()) ||
        after.floor > before.floor;
    transition.kind =
        opens ? Transition::Kind::kOpen : Transition::Kind::kClose;
    transition.replicas = after.floor;
    transition.previous = before.floor;
    transition.windows = WindowNames(policy_, after.windows);
    transition.reason = ChangeReason(policy_, before, after);
    if (after.floor < before.floor) AddStay(after, &transition.reason);
    transitions_.push_back(std::move(transition));
  }

  // With the transition that is the last one before it.
  void TellBudgetEnds() {
    for (const Instant end : BudgetEnds(policy_, spans_, from_, until_)) {
      const auto after = std::upper_bound(
          transitions_.begin(), transitions_.end(), end,
          [](Instant at, const Transition& one) { return at < one.at; });
      if (after == transitions_.begin()) continue;
      std::prev(after)->reason +=
          "; " + BudgetReason(*policy_.instance_hours_per_day, end);
    }
  }

  // How long what is no longer asked for stays.
  void AddStay(const Demand& after, std::string* reason) const {
    auto held = std::lower_bound(
        spans_.begin(), spans_.end(), after.begin,
        [](const FloorSpan& span, Instant at) { return span.begin < at; });
    if (held == spans_.end() || held->floor <= after.floor) return;
    const auto gone =
        std::find_if(held, spans_.end(), [&](const FloorSpan& span) {
          return span.floor < held->floor || span.hold == Hold::kDemand;
        });
    if (gone == spans_.end()) return;
    *reason += "; " + StayReason(policy_, demands_, *held, gone->begin);
  }

  void AddWarmStart(std::size_t i) {
    const FloorSpan& before = spans_[i - 1];
    const FloorSpan& span = spans_[i];
    if (span.floor <= before.floor || !IsWithin(span.begin)) return;
    const Demand& coming = demands_[span.demand];
    Transition transition = At(span.begin, coming.begin);
    transition.kind = Transition::Kind::kWarmStart;
    transition.replicas = span.floor;
    transition.previous = before.floor;
    transition.windows = WindowNames(policy_, coming.windows);
    transition.reason = WarmStartReason(
        policy_, coming, span.floor - before.floor, coming.begin - span.begin);
    transitions_.push_back(std::move(transition));
  }

  const Policy& policy_;
  Instant from_;
  Instant until_;
  PreWarmRules rules_;
  std::vector<Demand> demands_;
  std::vector<FloorSpan> spans_;
  std::vector<Transition> transitions_;
};

}  // namespace

PlanStart StartOf(const Policy& policy, const Schedule& schedule,
                  Instant from) {
  PlanStart start;
  start.policy = policy.namespace_name + "/" + policy.name;
  if (policy.suspend) return start;
  const auto demands =
      DemandOver(policy, schedule, from, from + std::chrono::seconds(1));
  if (demands.empty()) return start;
  start.replicas = demands.front().floor;
  start.windows = WindowNames(policy, demands.front().windows);
  return start;
}

const char* KindName(Transition::Kind kind) {
  switch (kind) {
    case Transition::Kind::kClose:
      return "close";
    case Transition::Kind::kWarmStart:
      return "warm_start";
    case Transition::Kind::kOpen:
      break;
  }
  return "open";
}

std::vector<Transition> PlanOf(
    const Policy& policy, const Schedule& schedule,
    const std::function<std::chrono::seconds(int)>& lead, Instant from,
    Instant until) {
  if (policy.suspend) return {};
  return Planner(policy, schedule, lead, from, until).All();
}

}  // namespace prewarm
