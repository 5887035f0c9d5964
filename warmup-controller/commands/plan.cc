#include "warmup-controller/commands/plan.h"

#include <algorithm>
#include <set>

#include "warmup-controller/commands/calendars.h"
#include "warmup-controller/commands/plan_table.h"
#include "warmup-controller/commands/policy_files.h"
#include "warmup-controller/commands/times.h"
#include "warmup-controller/commands/wrap.h"
#include "warmup-controller/decide/lead_time.h"
#include "warmup-controller/plan/plan_text.h"
#include "warmup-controller/plan/transition.h"

namespace prewarm {
namespace {

constexpr std::chrono::hours kDefault{7 * 24};
constexpr std::chrono::hours kLongest{10 * 366 * 24};
constexpr std::size_t kMaxTransitions = 4'000'000;
// The longest window, and a day.
constexpr std::chrono::hours kAround{8 * 24};

struct Range {
  Instant from;
  Instant until;
};

Result<Range> RangeOf(const PlanOptions& options, Instant now) {
  Range range{now, {}};
  if (!options.from.empty()) {
    PREWARM_ASSIGN_OR_RETURN(range.from,
                             ParseTimeOption("--from", options.from));
  }
  range.until = range.from + kDefault;
  if (!options.until.empty()) {
    PREWARM_ASSIGN_OR_RETURN(range.until,
                             ParseTimeOption("--until", options.until));
  }
  if (range.until > range.from && range.until - range.from <= kLongest) {
    return range;
  }
  return MakeError(ErrorCode::kInvalidArgument,
                   "--until: expected a time after --from, and at most ten "
                   "years after it");
}

// An event of a calendar has its own begin and end, whatever part is asked for.
Range Widened(Range range) {
  return {range.from - kAround, range.until + kAround};
}

void KeepWithin(Range range, std::vector<Transition>* all) {
  all->erase(std::remove_if(all->begin(), all->end(),
                            [range](const Transition& one) {
                              return one.until <= range.from ||
                                     one.at >= range.until;
                            }),
             all->end());
}

// What a plan can't show of a policy; "" where it shows all.
std::string NoteOn(const Policy& policy) {
  const std::string note = "note: " + policy.namespace_name + "/" + policy.name;
  if (policy.suspend) return note + " is suspended: nothing is planned for it";
  if (policy.dry_run) return note + " has dryRun: nothing of it is carried out";
  if (policy.intent.enabled && policy.windows.empty() &&
      !policy.override_floor) {
    return note + " has no windows: visitors' intents are not foreseen";
  }
  return "";
}

class Plans {
 public:
  Plans(ConfigMapFiles config_maps, Range range)
      : config_maps_(std::move(config_maps)), range_(range) {}

  Status Add(const Policy& policy) {
    // A window that began days before reaches into the range.
    constexpr std::chrono::hours kReach{32 * 24};
    const auto day = [](Instant at) {
      return CivilDay(Zone::Utc().MinuteAt(at));
    };
    PREWARM_ASSIGN_OR_RETURN(
        const Calendars calendars,
        ReadCalendars(policy, config_maps_, day(range_.from - kReach),
                      day(range_.until + kReach)));
    missing_.insert(calendars.missing.begin(), calendars.missing.end());
    const Schedule schedule(policy, calendars.days);
    if (std::string note = NoteOn(policy); !note.empty()) {
      notes_.push_back(std::move(note));
    }
    starts_.push_back(StartOf(policy, schedule, range_.from));
    plans_.push_back(PlanOf(policy, schedule, LeadTimes(policy, {}),
                            range_.from, range_.until));
    count_ += plans_.back().size();
    if (count_ <= kMaxTransitions) return Ok{};
    return MakeError(ErrorCode::kTooLarge,
                     "more than 4,000,000 transitions: ask for a shorter time");
  }

  // By time, those of an instant in the order of the policies.
  std::vector<Transition> All() && {
    // Pointers are sorted: a transition is too large to be moved twenty times.
    std::vector<Transition*> order;
    order.reserve(count_);
    for (auto& plan : plans_) {
      for (Transition& each : plan) order.push_back(&each);
    }
    std::stable_sort(
        order.begin(), order.end(),
        [](const Transition* a, const Transition* b) { return a->at < b->at; });
    std::vector<Transition> sorted;
    sorted.reserve(count_);
    for (Transition* const each : order) sorted.push_back(std::move(*each));
    return sorted;
  }
  const std::vector<PlanStart>& starts() const { return starts_; }
  const std::set<std::string>& missing() const { return missing_; }
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  ConfigMapFiles config_maps_;
  Range range_;
  std::vector<PlanStart> starts_;
  std::vector<std::vector<Transition>> plans_;  // of a policy each
  std::size_t count_ = 0;
  std::set<std::string> missing_;
  std::vector<std::string> notes_;
};

Result<Plans> Planned(const PlanOptions& options, Range range,
                      std::istream& in) {
  PREWARM_ASSIGN_OR_RETURN(ConfigMapFiles config_maps,
                           ConfigMapsOf(options.calendars));
  PREWARM_ASSIGN_OR_RETURN(const std::vector<Policy> policies,
                           ReadPolicyFiles(options.policies, in));
  if (options.output == "ics") range = Widened(range);
  Plans plans(std::move(config_maps), range);
  for (const Policy& policy : policies) {
    PREWARM_RETURN_IF_ERROR(plans.Add(policy));
  }
  return plans;
}

}  // namespace

int Plan(const PlanOptions& options, Instant now, std::istream& in,
         std::ostream& out, std::ostream& err) {
  const auto asked = RangeOf(options, now);
  auto plans =
      asked.ok() ? Planned(options, *asked, in) : Result<Plans>(asked.error());
  if (!plans.ok()) {
    err << Wrapped(plans.error().message);
    return 1;
  }
  TellMissing({plans->missing().begin(), plans->missing().end()}, err);
  for (const std::string& note : plans->notes()) err << Wrapped(note);
  const std::vector<PlanStart> starts = plans->starts();
  std::vector<Transition> transitions = std::move(*plans).All();
  if (options.output == "json") {
    WritePlanJson(starts, transitions, out);
  } else if (options.output == "ics") {
    KeepWithin(*asked, &transitions);
    out << PlanIcal(transitions, now);
  } else {
    out << PlanTable(starts, asked->from, transitions);
  }
  return 0;
}

}  // namespace prewarm
