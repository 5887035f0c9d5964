// What was and what will be of one policy, around now. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "warmup-controller/dashboard/savings.h"
#include "warmup-controller/plan/transition.h"
#include "warmup-controller/reconcile/outlook.h"
#include "warmup-controller/record/record.h"

namespace prewarm {

inline constexpr std::size_t kMostPlanned = 200;    // transitions
inline constexpr std::size_t kMostOccasions = 400;  // of windows

// An opening of a window, by the policy as it is now.
struct Occasion {
  std::string window;
  Instant opens;
  Instant closes;
};

// From an instant on, until the next one.
struct PlannedFloor {
  Instant at;
  int floor = 0;
};

struct LeadOf {
  int instances = 1;
  std::chrono::seconds lead{0};
};

struct Timeline {
  Instant at;
  Instant from;
  Instant until;
  std::vector<std::string> words;
  std::vector<Occasion> occasions;  // by time
  std::size_t occasions_left_out = 0;
  std::vector<Transition> plan;  // from now on, by time
  std::size_t plan_left_out = 0;
  std::vector<PlannedFloor> planned;  // from now on, leads included
  std::vector<OpeningStatus> openings;
  TargetRecord record;
  // Of as many instances as the policy asks for at some time.
  std::vector<LeadOf> leads;
  std::vector<Makespan> samples;
  std::string lead_mode;  // "auto", "fixed"
  double quantile = 0;
  std::optional<Savings> savings;  // none of a dry run
};

// Of [now - reach, now + reach].
Timeline TimelineOf(const Outlook& outlook, const PolicyRecord& policy,
                    const TargetRecord& target, Instant now,
                    std::chrono::seconds reach);

// SVG by itself, without names of anybody: nothing in them comes from a
// policy's author.
struct TimelinePlots {
  std::string instances;  // asked for, existing and warm; windows; now
  std::string lateness;   // of openings, in seconds
  std::string warmups;    // their seconds
  std::string leads;      // seconds of the last starts, and the lead
};
TimelinePlots PlotsOf(const Timeline& timeline);

}  // namespace prewarm
