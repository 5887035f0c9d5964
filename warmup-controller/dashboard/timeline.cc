#include "warmup-controller/dashboard/timeline.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "warmup-controller/decide/lead_time.h"
#include "warmup-controller/decide/pre_warm_rules.h"
#include "warmup-controller/plan/policy_words.h"

namespace prewarm {
namespace {

constexpr std::size_t kMostLeads = 12;

// Keeps the first ones; how many it left out.
template <typename Item>
std::size_t KeepFirst(std::size_t most, std::vector<Item>* items) {
  if (items->size() <= most) return 0;
  const std::size_t left_out = items->size() - most;
  items->erase(items->begin() + static_cast<std::ptrdiff_t>(most),
               items->end());
  return left_out;
}

std::vector<Occasion> OccasionsOf(const Outlook& outlook, Instant from,
                                  Instant until) {
  std::vector<Occasion> occasions;
  for (const ActiveWindow& window : outlook.schedule->Openings(from, until)) {
    occasions.push_back({outlook.policy.windows[window.window].name,
                         window.opens.value_or(from),
                         window.closes.value_or(until)});
  }
  std::stable_sort(
      occasions.begin(), occasions.end(),
      [](const Occasion& a, const Occasion& b) { return a.opens < b.opens; });
  return occasions;
}

// Of many the ones nearest to now: those that are over go first.
std::size_t KeepNearest(Instant now, std::vector<Occasion>* occasions) {
  if (occasions->size() <= kMostOccasions) return 0;
  std::size_t left_out = occasions->size() - kMostOccasions;
  const auto coming =
      std::find_if(occasions->begin(), occasions->end(),
                   [now](const Occasion& one) { return one.closes > now; });
  const auto past = std::distance(occasions->begin(), coming);
  const auto half = static_cast<std::ptrdiff_t>(kMostOccasions / 2);
  const auto drop = std::clamp<std::ptrdiff_t>(
      past - half, 0, static_cast<std::ptrdiff_t>(left_out));
  occasions->erase(occasions->begin(), occasions->begin() + drop);
  (void)KeepFirst(kMostOccasions, occasions);
  return left_out;
}

std::vector<PlannedFloor> PlannedFloors(
    const Outlook& outlook,
    const std::function<std::chrono::seconds(int)>& lead, Instant now,
    Instant until) {
  if (outlook.policy.suspend) return {};
  const PreWarmRules rules = RulesOf(outlook.policy, lead);
  const auto demands =
      DemandAround(outlook.policy, *outlook.schedule, rules, now, until);
  std::vector<PlannedFloor> steps;
  for (const FloorSpan& span : PreWarm(demands, rules)) {
    if (span.begin >= until) break;
    const Instant begin = std::max(span.begin, now);
    if (!steps.empty() && steps.back().at == begin) steps.pop_back();
    if (!steps.empty() && steps.back().floor == span.floor) continue;
    steps.push_back({begin, span.floor});
  }
  return steps;
}

std::vector<LeadOf> LeadsOf(
    const Policy& policy,
    const std::function<std::chrono::seconds(int)>& lead) {
  std::set<int> counts = {1, MostAsked(policy)};
  for (const Window& window : policy.windows) {
    if (window.replicas > 0 && counts.size() < kMostLeads) {
      counts.insert(window.replicas);
    }
  }
  std::vector<LeadOf> leads;
  leads.reserve(counts.size());
  for (const int count : counts) leads.push_back({count, lead(count)});
  return leads;
}

TargetRecord Since(Instant from, TargetRecord record) {
  std::deque<CountStep>& steps = record.steps;
  while (steps.size() > 1 && steps[1].at <= from) steps.pop_front();
  while (!record.warmups.empty() && record.warmups.front().ended < from) {
    record.warmups.pop_front();
  }
  return record;
}

}  // namespace

Timeline TimelineOf(const Outlook& outlook, const PolicyRecord& policy,
                    const TargetRecord& target, Instant now,
                    std::chrono::seconds reach) {
  Timeline timeline;
  timeline.at = now;
  timeline.from = now - reach;
  timeline.until = now + reach;
  timeline.words = PolicyInWords(outlook.policy);
  timeline.occasions = OccasionsOf(outlook, timeline.from, timeline.until);
  timeline.occasions_left_out = KeepNearest(now, &timeline.occasions);
  const auto lead = LeadTimes(outlook.policy, outlook.model, outlook.overheads);
  timeline.plan =
      PlanOf(outlook.policy, *outlook.schedule, lead, now, timeline.until);
  timeline.plan_left_out = KeepFirst(kMostPlanned, &timeline.plan);
  timeline.planned = PlannedFloors(outlook, lead, now, timeline.until);
  std::copy_if(
      policy.openings.begin(), policy.openings.end(),
      std::back_inserter(timeline.openings),
      [&](const OpeningStatus& one) { return one.due >= timeline.from; });
  timeline.record = Since(timeline.from, target);
  timeline.leads = LeadsOf(outlook.policy, lead);
  timeline.samples.assign(outlook.model.kept().begin(),
                          outlook.model.kept().end());
  const LeadTime& rule = outlook.policy.lead_time;
  timeline.lead_mode = rule.mode == LeadTime::Mode::kFixed ? "fixed" : "auto";
  timeline.quantile = rule.quantile;
  if (!outlook.policy.dry_run) {
    timeline.savings = SavingsOf(target.account, MostAsked(outlook.policy));
  }
  return timeline;
}

}  // namespace prewarm
