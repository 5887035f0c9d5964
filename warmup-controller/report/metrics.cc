#include "warmup-controller/report/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>

#include "warmup-controller/report/owned_series.h"

namespace prewarm {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
using Buckets = Histogram::BucketBoundaries;

// Positive: warm before it was due.
const Buckets kPunctualitySeconds = {-600, -300, -120, -60, -30, -10, 0,
                                     10,   30,   60,   120, 300, 600, 900};
const Buckets kWarmupSeconds = {0.1, 0.25, 0.5, 1,  2,   5,
                                10,  20,   40,  60, 120, 300};
const Buckets kReconcileSeconds = {0.0001, 0.0005, 0.001, 0.005, 0.01,
                                   0.05,   0.1,    0.5,   1,     5};
constexpr double kSecondsPerHour = 3600;

template <typename Map>
bool EraseOld(unsigned generation, Map* shown) {
  const std::size_t before = shown->size();
  for (auto it = shown->begin(); it != shown->end();) {
    it = it->second.generation == generation ? std::next(it) : shown->erase(it);
  }
  return shown->size() != before;
}

// A total that someone else counts, and that may begin anew.
std::size_t Growth(std::size_t before, std::size_t now) {
  return now >= before ? now - before : now;
}

}  // namespace

class ControllerMetrics::Series {
 public:
  Series() {
    Register<Gauge>(&registry, "prewarm_build_info",
                    "1, with the version of the program.")
        .Add({{"version", PREWARM_VERSION}})
        .Set(1);
  }

  void ShowPolicy(const ObjectName& name,
                  const std::shared_ptr<const PolicyStatus>& policy) {
    ShownPolicy& shown = policies[name];
    shown.generation = generation;
    if (shown.status == policy) return;
    desired.Of(name).Set(policy->desired);
    current.Of(name).Set(policy->current);
    warm.Of(name).Set(policy->warm);
    lead.Of(name).Set(static_cast<double>(policy->lead.count()));
    if (!shown.status || shown.status->cause != policy->cause ||
        shown.status->cause_since != policy->cause_since) {
      decisions.Of(name, policy->cause).Increment();
    }
    if (std::isfinite(policy->instance_hours)) {
      const double now = policy->instance_hours;
      // What was there at the first look is of the process before this one;
      // less than before: another day has begun.
      const double more = !shown.hours         ? 0
                          : now < *shown.hours ? now
                                               : now - *shown.hours;
      instance_seconds.Of(name).Increment(more * kSecondsPerHour);
      shown.hours = now;
    }
    shown.status = policy;
  }

  // Someone who is not shown has a series: the next Show looks for it.
  void NotePolicy(const ObjectName& name) {
    strays = strays || policies.count(name) == 0;
  }
  void NoteTarget(const ObjectName& name) {
    strays = strays || targets.count(name) == 0;
  }

  void RemoveGone() {
    const bool policy_gone = EraseOld(generation, &policies);
    const bool target_gone = EraseOld(generation, &targets);
    if (!policy_gone && !target_gone && !strays) return;
    strays = false;
    const auto has_policy = [this](const ObjectName& name) {
      return policies.count(name) != 0;
    };
    const auto has_target = [this](const ObjectName& name) {
      return targets.count(name) != 0;
    };
    for (auto* gauges : {&desired, &current, &warm, &lead}) {
      gauges->Keep(has_policy);
    }
    for (auto* counters : {&decisions, &instance_seconds, &missed}) {
      counters->Keep(has_policy);
    }
    punctuality.Keep(has_policy);
    for (auto* counters : {&warmups, &writes, &troubles, &opened, &converted,
                           &wasted, &refused}) {
      counters->Keep(has_target);
    }
    warmup_seconds.Keep(has_target);
    visitors.Keep(has_target);
    for (auto it = intents.begin(); it != intents.end();) {
      it = has_target(it->first) ? std::next(it) : intents.erase(it);
    }
  }

  struct ShownPolicy {
    unsigned generation = 0;
    std::shared_ptr<const PolicyStatus> status;
    std::optional<double> hours;
  };
  struct ShownTarget {
    unsigned generation = 0;
  };

  std::mutex mutex;
  unsigned generation = 0;  // of Show
  bool strays = false;
  std::map<ObjectName, ShownPolicy, NameLess> policies;
  std::map<ObjectName, ShownTarget, NameLess> targets;
  std::map<ObjectName, IntentCounts, NameLess> intents;
  prometheus::Registry registry;

  OwnedSeries<Gauge> desired{&registry,
                             {"policy"},
                             "prewarm_policy_desired",
                             "Instances that the policy's floor asks for."};
  OwnedSeries<Gauge> current{&registry,
                             {"policy"},
                             "prewarm_policy_current",
                             "Instances of the policy's target."};
  OwnedSeries<Gauge> warm{&registry,
                          {"policy"},
                          "prewarm_policy_warm",
                          "Instances whose warm-up was verified."};
  OwnedSeries<Gauge> lead{&registry,
                          {"policy"},
                          "prewarm_lead_time_seconds",
                          "How long before a window its floor is raised."};
  OwnedSeries<Counter> decisions{&registry,
                                 {"policy", "cause"},
                                 "prewarm_decisions_total",
                                 "Changes of why the floor is what it is."};
  OwnedSeries<Counter> instance_seconds{&registry,
                                        {"policy"},
                                        "prewarm_instance_seconds_total",
                                        "Time of instances that existed."};
  OwnedSeries<Counter> missed{&registry,
                              {"policy"},
                              "prewarm_windows_missed_total",
                              "Openings that nobody was there to prepare for."};
  OwnedSeries<Histogram> punctuality{
      &registry,
      {"policy"},
      "prewarm_window_punctuality_seconds",
      "How long before an opening all were warm; negative: late."};
  OwnedSeries<Counter> warmups{&registry,
                               {"target", "outcome"},
                               "prewarm_warmups_total",
                               "Warm-up calls by outcome."};
  OwnedSeries<Histogram> warmup_seconds{&registry,
                                        {"target", "outcome"},
                                        "prewarm_warmup_seconds",
                                        "Time of warm-up calls by outcome."};
  OwnedSeries<Counter> writes{&registry,
                              {"target", "result"},
                              "prewarm_writes_total",
                              "Floors that were written to targets."};
  OwnedSeries<Counter> troubles{
      &registry,
      {"target"},
      "prewarm_target_troubles_total",
      "What kept the target from its floor: exits, failed starts."};
  OwnedSeries<Gauge> visitors{&registry,
                              {"target"},
                              "prewarm_intent_visitors",
                              "Visitors who are about to upload."};
  OwnedSeries<Counter> opened{&registry,
                              {"target"},
                              "prewarm_intents_opened_total",
                              "Visitors who announced themselves."};
  OwnedSeries<Counter> converted{&registry,
                                 {"target"},
                                 "prewarm_intents_converted_total",
                                 "Of them, those who uploaded."};
  OwnedSeries<Counter> wasted{&registry,
                              {"target"},
                              "prewarm_intents_wasted_total",
                              "Of them, those who left or fell silent."};
  OwnedSeries<Counter> refused{&registry,
                               {"target"},
                               "prewarm_intents_refused_total",
                               "Intents refused by a bound or a rate."};
  prometheus::Family<Counter>& reconciles = Register<Counter>(
      &registry, "prewarm_reconcile_total", "Rounds of the loop by result.");
  Histogram& reconcile_seconds =
      Register<Histogram>(&registry, "prewarm_reconcile_seconds",
                          "Time of a round of the loop.")
          .Add({}, kReconcileSeconds);
  Gauge& policies_refused =
      Register<Gauge>(&registry, "prewarm_policies_refused",
                      "1 while the newest declarations are refused and older "
                      "ones are in force.")
          .Add({});
  Gauge& write_queue = Register<Gauge>(&registry, "prewarm_write_queue_depth",
                                       "Floors that wait to be written.")
                           .Add({});
};

ControllerMetrics::ControllerMetrics() : series_(std::make_unique<Series>()) {}
ControllerMetrics::~ControllerMetrics() = default;

void ControllerMetrics::Show(const ControllerStatus& status) {
  const std::lock_guard lock(series_->mutex);
  ++series_->generation;
  for (const auto& policy : status.policies) {
    series_->ShowPolicy({policy->namespace_name, policy->name}, policy);
  }
  for (const auto& target : status.targets) {
    series_->targets[{target->namespace_name, target->name}].generation =
        series_->generation;
  }
  series_->RemoveGone();
}

void ControllerMetrics::OpeningJudged(const ObjectName& policy,
                                      const OpeningStatus& opening) {
  const std::lock_guard lock(series_->mutex);
  series_->NotePolicy(policy);
  series_->punctuality.Of(policy, "", kPunctualitySeconds)
      .Observe(static_cast<double>(opening.warm_before.count()));
  if (opening.missed) series_->missed.Of(policy).Increment();
}

void ControllerMetrics::WarmupDone(const ObjectName& target,
                                   const std::string& outcome, double seconds) {
  const std::lock_guard lock(series_->mutex);
  series_->NoteTarget(target);
  series_->warmups.Of(target, outcome).Increment();
  if (!std::isfinite(seconds)) return;
  series_->warmup_seconds.Of(target, outcome, kWarmupSeconds).Observe(seconds);
}

void ControllerMetrics::Wrote(const ObjectName& target, bool ok) {
  const std::lock_guard lock(series_->mutex);
  series_->NoteTarget(target);
  series_->writes.Of(target, ok ? "ok" : "failed").Increment();
}

void ControllerMetrics::Trouble(const ObjectName& target) {
  const std::lock_guard lock(series_->mutex);
  series_->NoteTarget(target);
  series_->troubles.Of(target).Increment();
}

void ControllerMetrics::SetRefused(bool refused) {
  series_->policies_refused.Set(refused ? 1 : 0);
}

void ControllerMetrics::SetWriteQueue(std::size_t depth) {
  series_->write_queue.Set(static_cast<double>(depth));
}

void ControllerMetrics::Reconciled(double seconds, bool ok) {
  series_->reconciles.Add({{"result", ok ? "ok" : "failed"}}).Increment();
  if (std::isfinite(seconds)) series_->reconcile_seconds.Observe(seconds);
}

void ControllerMetrics::Intents(const ObjectName& target,
                                const IntentCounts& counts) {
  const std::lock_guard lock(series_->mutex);
  series_->NoteTarget(target);
  IntentCounts& before = series_->intents[target];
  const auto count = [&](OwnedSeries<Counter>& counter,
                         std::size_t IntentCounts::*total) {
    counter.Of(target).Increment(
        static_cast<double>(Growth(before.*total, counts.*total)));
  };
  series_->visitors.Of(target).Set(counts.visitors);
  count(series_->opened, &IntentCounts::opened);
  count(series_->converted, &IntentCounts::converted);
  count(series_->wasted, &IntentCounts::wasted);
  count(series_->refused, &IntentCounts::refused);
  before = counts;
}

std::string ControllerMetrics::Text() const {
  return prometheus::TextSerializer().Serialize(series_->registry.Collect());
}

}  // namespace prewarm
