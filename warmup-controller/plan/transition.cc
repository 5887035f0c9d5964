#include "warmup-controller/plan/transition.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "warmup-controller/decide/pre_warm_rules.h"
#include "warmup-controller/plan/budget_end.h"
#include "warmup-controller/plan/reason.h"

namespace prewarm {
namespace {

// Of what is in the order of that member.
template <typename T>
typename std::vector<T>::const_iterator FirstAfter(const std::vector<T>& all,
                                                   Instant T::*when,
                                                   Instant at) {
  return std::upper_bound(
      all.begin(), all.end(), at,
      [when](Instant time, const T& one) { return time < one.*when; });
}

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
    ends_ = BudgetEnds(policy_, spans_, from_, until_);
  }

  std::vector<Transition> All() {
    for (std::size_t i = 1; i < demands_.size(); ++i) AddChange(i);
    for (std::size_t i = 1; i < spans_.size(); ++i) {
      if (spans_[i].hold == Hold::kWarmStart) AddWarmStart(i);
    }
    for (const BudgetEnd& end : ends_) AddBudgetEnd(end);
    std::stable_sort(
        transitions_.begin(), transitions_.end(),
        [](const Transition& a, const Transition& b) { return a.at < b.at; });
    for (const BudgetEnd& end : ends_) TellOfShorterStay(end);
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

  const Demand& DemandAt(Instant at) const {
    const auto after = FirstAfter(demands_, &Demand::begin, at);
    return after == demands_.begin() ? *after : *std::prev(after);
  }

  // Until when what is asked for from `at` on stays so.
  Instant ChangesAfter(Instant at) const {
    const auto change = FirstAfter(demands_, &Demand::begin, at);
    const auto end = FirstAfter(ends_, &BudgetEnd::at, at);
    return std::min(change == demands_.end() ? until_ : change->begin,
                    end == ends_.end() ? until_ : end->at);
  }

  // The end of a day's budget after which nothing may run at `at`, or null.
  const BudgetEnd* SpentBy(Instant at) const {
    const auto after = FirstAfter(ends_, &BudgetEnd::at, at);
    if (after == ends_.begin()) return nullptr;
    const BudgetEnd& end = *std::prev(after);
    return at < end.next_day ? &end : nullptr;
  }

  void AddChange(std::size_t i) {
    const Demand& before = demands_[i - 1];
    const Demand& after = demands_[i];
    if (!IsWithin(after.begin)) return;
    const BudgetEnd* const spent = SpentBy(after.begin);
    Transition transition = At(after.begin, ChangesAfter(after.begin));
    transition.replicas = spent != nullptr ? 0 : after.floor;
    transition.previous =
        SpentBy(after.begin - std::chrono::seconds(1)) != nullptr
            ? 0
            : before.floor;
    const bool opens =
        !std::includes(before.windows.begin(), before.windows.end(),
                       after.windows.begin(), after.windows.end()) ||
        transition.replicas > transition.previous;
    transition.kind =
        opens ? Transition::Kind::kOpen : Transition::Kind::kClose;
    transition.windows = WindowNames(policy_, after.windows);
    transition.reason = ChangeReason(policy_, before, after);
    if (spent != nullptr) {
      transition.reason +=
          "; " + BudgetReason(*policy_.instance_hours_per_day, spent->at);
    } else if (after.floor < before.floor) {
      AddStay(after, &transition.reason);
    }
    transitions_.push_back(std::move(transition));
  }

  // What is asked for then ends, and comes back with the next day's hours.
  void AddBudgetEnd(const BudgetEnd& end) {
    const Demand& ended = DemandAt(end.at);
    if (ended.floor > 0 && IsWithin(end.at) && ended.begin != end.at) {
      Transition transition = At(end.at, ChangesAfter(end.at));
      transition.kind = Transition::Kind::kClose;
      transition.previous = ended.floor;
      transition.windows = WindowNames(policy_, ended.windows);
      transition.reason = BudgetReason(*policy_.instance_hours_per_day, end.at);
      transitions_.push_back(std::move(transition));
    }
    const Demand& back = DemandAt(end.next_day);
    if (back.floor == 0 || !IsWithin(end.next_day) ||
        back.begin == end.next_day) {
      return;
    }
    Transition transition = At(end.next_day, ChangesAfter(end.next_day));
    transition.kind = Transition::Kind::kOpen;
    transition.replicas = back.floor;
    transition.windows = WindowNames(policy_, back.windows);
    transition.reason =
        "the next day's instance-hours; " + AskReason(policy_, back);
    transitions_.push_back(std::move(transition));
  }

  // The close before has said how long they stay.
  void TellOfShorterStay(const BudgetEnd& end) {
    if (DemandAt(end.at).floor > 0) return;
    const auto before = FirstAfter(transitions_, &Transition::at, end.at) -
                        transitions_.begin();
    if (before == 0) return;
    transitions_[static_cast<std::size_t>(before) - 1].reason +=
        "; " + BudgetReason(*policy_.instance_hours_per_day, end.at);
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
    const Demand& coming = demands_[span.demand];
    const BudgetEnd* const spent = SpentBy(span.begin);
    const Instant begin = spent != nullptr ? spent->next_day : span.begin;
    if (span.floor <= before.floor || !IsWithin(begin)) return;
    if (begin >= coming.begin) return;  // not before they are asked for
    Transition transition = At(begin, coming.begin);
    transition.kind = Transition::Kind::kWarmStart;
    transition.replicas = span.floor;
    transition.previous = spent != nullptr ? 0 : before.floor;
    transition.windows = WindowNames(policy_, coming.windows);
    transition.reason =
        WarmStartReason(policy_, coming, span.floor - transition.previous,
                        coming.begin - begin);
    transitions_.push_back(std::move(transition));
  }

  const Policy& policy_;
  Instant from_;
  Instant until_;
  PreWarmRules rules_;
  std::vector<Demand> demands_;
  std::vector<FloorSpan> spans_;
  std::vector<BudgetEnd> ends_;
  std::vector<Transition> transitions_;
};

}  // namespace

PlanStart StartOf(const Policy& policy, const Schedule& schedule,
                  Instant from) {
  PlanStart start;
  start.policy = policy.namespace_name + "/" + policy.name;
  if (policy.suspend) return start;
  const auto demands =
      DemandOver(policy, schedule, from - std::chrono::seconds(1), from);
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
