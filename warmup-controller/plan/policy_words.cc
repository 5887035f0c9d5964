#include "warmup-controller/plan/policy_words.h"

#include <algorithm>
#include <cstdio>

#include "warmup-controller/plan/reason.h"
#include "warmup-controller/plan/window_words.h"
#include "warmup-controller/policy/dates.h"
#include "warmup-controller/policy/duration.h"

namespace prewarm {
namespace {

constexpr std::size_t kMostDates = 6;

std::string Amount(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", number);
  return text;
}

void TellSwitches(const Policy& policy, std::vector<std::string>* words) {
  if (policy.suspend) {
    words->push_back(
        "It is suspended: nothing is started, and nothing is stopped.");
  }
  if (policy.dry_run) {
    words->push_back(
        "It is a dry run: all is decided and told, and nothing is done.");
  }
  if (policy.override_floor) {
    std::string sentence = "Until ";
    sentence += DateAndTime(policy.override_floor->until);
    sentence += " UTC an override asks for ";
    sentence += InstancesInWords(policy.override_floor->replicas);
    words->push_back(sentence + ", whatever its windows say.");
  }
}

std::string WindowInWords(const Policy& policy, const Window& window) {
  std::string sentence = "Window ";
  sentence += window.name;
  sentence += ": ";
  sentence += TimesInWords(window);
  sentence += " (";
  sentence += window.zone.value_or(policy.zone).name();
  sentence += " time) ";
  sentence += InstancesInWords(window.replicas);
  return sentence + (window.replicas == 1 ? " is warm." : " are warm.");
}

void TellWindows(const Policy& policy, std::size_t most,
                 std::vector<std::string>* words) {
  const std::size_t told = std::min(most, policy.windows.size());
  for (std::size_t i = 0; i < told; ++i) {
    words->push_back(WindowInWords(policy, policy.windows[i]));
  }
  if (told < policy.windows.size()) {
    words->push_back("It has " + std::to_string(policy.windows.size() - told) +
                     " windows more.");
  }
  if (policy.windows.size() > 1) {
    words->push_back(
        "Where windows overlap, the one that asks for the most counts.");
  }
  std::string rest = policy.windows.empty() ? "At all times at least "
                                            : "At all other times at least ";
  rest += InstancesInWords(policy.min_replicas);
  if (policy.min_replicas == 0) {
    rest = policy.windows.empty() ? "By itself it asks for nothing"
                                  : "At all other times it asks for nothing";
  } else {
    rest += policy.min_replicas == 1 ? " stays" : " stay";
  }
  rest += "; never does it ask for more than ";
  words->push_back(rest + InstancesInWords(policy.max_replicas) + ".");
}

void TellExceptions(const Policy& policy, std::vector<std::string>* words) {
  std::vector<std::string> days;
  for (const CivilDays& one : policy.except.days) {
    if (days.size() == kMostDates) {
      days.push_back(std::to_string(policy.except.days.size() - kMostDates) +
                     " dates more");
      break;
    }
    days.push_back(FormatDates(one));
  }
  for (const Exceptions::Calendar& calendar : policy.except.calendars) {
    std::string name = "the days of the calendar ";
    name += calendar.file.empty() ? calendar.config_map + "/" + calendar.key
                                  : calendar.file;
    days.push_back(std::move(name));
  }
  if (!days.empty()) {
    words->push_back("No window starts on " + Listed(days) + ".");
  }
}

void TellClocks(const DstRules& dst, std::vector<std::string>* words) {
  if (dst.gap == DstGap::kSkip) {
    words->push_back(
        "A start that the clocks leave out in spring is left out as well.");
  }
  if (dst.overlap == DstOverlap::kTwice) {
    words->push_back(
        "A time that the clocks show twice in autumn counts twice.");
  }
}

std::string LeadInWords(const LeadTime& lead) {
  if (lead.mode == LeadTime::Mode::kFixed) {
    return "Instances begin to start " + FormatDuration(lead.fixed) +
           " before they are needed.";
  }
  std::string sentence =
      "Instances begin to start so long before they are needed that ";
  sentence += Amount(lead.quantile * 100);
  sentence += " of 100 starts are warm in time, as measured: at least ";
  sentence += FormatDuration(lead.min);
  sentence += " and at most ";
  return sentence + FormatDuration(lead.max) + " before.";
}

std::string ScaleDownInWords(const ScaleDown& down) {
  std::string sentence = "Afterwards they stay for ";
  sentence += FormatDuration(down.delay);
  if (!down.keep_if_next_window_within) {
    return sentence +
           ", and until the next window where that costs less than to start "
           "anew.";
  }
  if (down.keep_if_next_window_within->count() == 0) return sentence + ".";
  return sentence + ", and until the next window where that opens within " +
         FormatDuration(*down.keep_if_next_window_within) + ".";
}

std::string IntentInWords(const Intent& intent) {
  std::string sentence = "While visitors are about to upload, ";
  sentence += InstancesInWords(intent.replicas);
  sentence += intent.replicas == 1 ? " is warm" : " are warm";
  if (intent.max_replicas > intent.replicas) {
    sentence += ", or up to " + std::to_string(intent.max_replicas);
    sentence += " for many";
  }
  return sentence + "; at most " + Amount(intent.daily_instance_hours) +
         " instance-hours a day are spent so.";
}

std::string WarmupInWords(const WarmupCall& call) {
  std::string sentence = "An instance counts as warm once POST ";
  sentence += call.path;
  sentence += " has proved an inference, ";
  sentence += std::to_string(call.parallelism) + " at once; after ";
  sentence += std::to_string(call.retries);
  sentence += call.retries == 1 ? " retry" : " retries";
  sentence += " without a proof it is replaced";
  if (call.reverify.count() > 0) {
    sentence += ", and a warm one is proven again every ";
    sentence += FormatDuration(call.reverify);
  }
  return sentence + ".";
}

}  // namespace

std::vector<std::string> PolicyInWords(const Policy& policy,
                                       std::size_t most_windows) {
  std::vector<std::string> words;
  words.push_back("It keeps instances of " + policy.target.kind + " " +
                  policy.target.name + " warm.");
  TellSwitches(policy, &words);
  TellWindows(policy, most_windows, &words);
  TellExceptions(policy, &words);
  TellClocks(policy.dst, &words);
  words.push_back(LeadInWords(policy.lead_time));
  words.push_back(ScaleDownInWords(policy.scale_down));
  if (policy.intent.enabled) words.push_back(IntentInWords(policy.intent));
  if (policy.instance_hours_per_day) {
    words.push_back(
        "After " + Amount(*policy.instance_hours_per_day) +
        " instance-hours of a day nothing runs until the next one.");
  }
  words.push_back(WarmupInWords(policy.warmup));
  return words;
}

}  // namespace prewarm
