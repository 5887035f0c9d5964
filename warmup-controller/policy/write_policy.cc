#include "warmup-controller/policy/write_policy.h"

#include <cstdio>

#include "warmup-controller/policy/dates.h"
#include "warmup-controller/policy/duration.h"

namespace prewarm {
namespace {

// Monday first, as people count.
constexpr const char* kDayNames[] = {"Mon", "Tue", "Wed", "Thu",
                                     "Fri", "Sat", "Sun"};

bool Has(const std::bitset<7>& days, int from_monday) {
  return days[static_cast<std::size_t>((from_monday + 1) % 7)];
}

// Six digits, without zeros at the end.
std::string Number(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", number);
  return text;
}

std::string TimeOfDay(int minutes) {
  char text[16];
  std::snprintf(text, sizeof text, "\"%02d:%02d\"", minutes / 60, minutes % 60);
  return text;
}

// {a: 1, b: 2}, of what is not left out.
class Flow {
 public:
  void Add(const std::string& key, const std::string& value) {
    text_ += (text_.empty() ? "" : ", ") + key + ": " + value;
  }
  template <typename Value, typename Format>
  void AddUnless(const std::string& key, const Value& value,
                 const Value& is_default, Format format) {
    if (!(value == is_default)) Add(key, format(value));
  }
  bool empty() const { return text_.empty(); }
  std::string text() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

std::string Whole(int number) { return std::to_string(number); }

template <typename Duration>
std::string Time(Duration time) {
  return FormatDuration(std::chrono::milliseconds(time));
}

void AddSection(const std::string& key, const Flow& flow, std::string* yaml) {
  if (!flow.empty()) *yaml += "  " + key + ": " + flow.text() + "\n";
}

void AddWindows(const Policy& policy, std::string* yaml) {
  std::string windows;
  for (const Window& window : policy.windows) {
    const auto* times = std::get_if<DailyTimes>(&window.times);
    if (times == nullptr) continue;
    Flow flow;
    flow.Add("name", window.name);
    if (!times->days.all()) {
      flow.Add("days", "[" + FormatDays(times->days) + "]");
    }
    flow.Add("from", TimeOfDay(times->from));
    flow.Add("to", TimeOfDay(times->until));
    flow.AddUnless("replicas", window.replicas, 1, Whole);
    if (window.zone) flow.Add("timeZone", window.zone->name());
    windows += "  - " + flow.text() + "\n";
  }
  if (!windows.empty()) *yaml += "  windows:\n" + windows;
}

void AddExcept(const Exceptions& except, std::string* yaml) {
  std::string dates;
  for (const CivilDays& days : except.days) {
    dates += (dates.empty() ? "\"" : ", \"") + FormatDates(days) + "\"";
  }
  std::string calendars;
  for (const Exceptions::Calendar& calendar : except.calendars) {
    calendars += calendars.empty() ? "" : ", ";
    calendars += calendar.file.empty()
                     ? "{configMap: \"" + calendar.config_map + "\", key: \"" +
                           calendar.key + "\"}"
                     : "{file: \"" + calendar.file + "\"}";
  }
  if (dates.empty() && calendars.empty()) return;
  *yaml += "  except:\n";
  if (!dates.empty()) *yaml += "    dates: [" + dates + "]\n";
  if (!calendars.empty()) *yaml += "    calendars: [" + calendars + "]\n";
}

Flow LeadTimeOf(const LeadTime& lead) {
  Flow flow;
  if (lead.mode == LeadTime::Mode::kFixed) {
    flow.Add("mode", "fixed");
    flow.Add("fixed", Time(lead.fixed));
    return flow;
  }
  const LeadTime usual;
  flow.AddUnless("min", lead.min, usual.min, Time<std::chrono::seconds>);
  flow.AddUnless("max", lead.max, usual.max, Time<std::chrono::seconds>);
  flow.AddUnless("quantile", lead.quantile, usual.quantile, Number);
  return flow;
}

Flow WarmupOf(const WarmupCall& call) {
  const WarmupCall usual;
  const auto quoted = [](const std::string& text) {
    return "\"" + text + "\"";
  };
  const auto port = [&](const std::string& text) {
    const bool digits =
        text.find_first_not_of("0123456789") == std::string::npos;
    return digits ? text : quoted(text);
  };
  Flow flow;
  flow.AddUnless("path", call.path, usual.path, quoted);
  flow.AddUnless("port", call.port, usual.port, port);
  flow.AddUnless("timeout", call.timeout, usual.timeout,
                 Time<std::chrono::seconds>);
  flow.AddUnless("parallelism", call.parallelism, usual.parallelism, Whole);
  flow.AddUnless("retries", call.retries, usual.retries, Whole);
  flow.AddUnless("jitter", call.jitter, usual.jitter,
                 Time<std::chrono::milliseconds>);
  flow.AddUnless("reverify", call.reverify, usual.reverify,
                 Time<std::chrono::seconds>);
  return flow;
}

Flow IntentOf(const Intent& intent) {
  Flow flow;
  if (!intent.enabled) return flow;
  const Intent usual;
  flow.Add("enabled", "true");
  if (intent.ttl) flow.Add("ttl", Time(*intent.ttl));
  flow.AddUnless("replicas", intent.replicas, usual.replicas, Whole);
  flow.AddUnless("maxReplicas", intent.max_replicas, usual.max_replicas, Whole);
  flow.AddUnless("ratePerMinute", intent.rate_per_minute, usual.rate_per_minute,
                 Whole);
  flow.AddUnless("dailyInstanceHours", intent.daily_instance_hours,
                 usual.daily_instance_hours, Number);
  return flow;
}

Flow TargetOf(const TargetRef& target) {
  Flow flow;
  if (!target.api_version.empty()) flow.Add("apiVersion", target.api_version);
  flow.Add("kind", target.kind);
  flow.Add("name", "\"" + target.name + "\"");
  return flow;
}

}  // namespace

std::string FormatDays(const std::bitset<7>& days) {
  std::string text;
  for (int day = 0; day < 7;) {
    if (!Has(days, day)) {
      ++day;
      continue;
    }
    int last = day;
    while (last + 1 < 7 && Has(days, last + 1)) ++last;
    text += text.empty() ? "" : ",";
    text += kDayNames[day];
    if (last > day) {
      text += last > day + 1 ? "-" : ",";
      text += kDayNames[last];
    }
    day = last + 1;
  }
  return text;
}

std::string WritePolicy(const Policy& policy) {
  const Policy usual;
  std::string yaml =
      "apiVersion: prewarm.dev/v1alpha1\nkind: PrewarmPolicy\nmetadata: {name: "
      "\"" +
      policy.name + "\", namespace: \"" + policy.namespace_name +
      "\"}\nspec:\n  targetRef: " + TargetOf(policy.target).text() + "\n";
  if (policy.zone.name() != "UTC") {
    yaml += "  timeZone: " + policy.zone.name() + "\n";
  }
  Flow replicas;
  // Declared or not makes a difference, also if it is 0.
  if (policy.min_declared) {
    replicas.Add("min", Whole(policy.min_replicas));
  } else {
    replicas.AddUnless("min", policy.min_replicas, usual.min_replicas, Whole);
  }
  replicas.AddUnless("max", policy.max_replicas, usual.max_replicas, Whole);
  AddSection("replicas", replicas, &yaml);
  AddWindows(policy, &yaml);
  AddExcept(policy.except, &yaml);
  AddSection("leadTime", LeadTimeOf(policy.lead_time), &yaml);
  AddSection("warmup", WarmupOf(policy.warmup), &yaml);
  Flow down;
  down.AddUnless("delay", policy.scale_down.delay, usual.scale_down.delay,
                 Time<std::chrono::seconds>);
  if (policy.scale_down.keep_if_next_window_within) {
    down.Add("keepIfNextWindowWithin",
             Time(*policy.scale_down.keep_if_next_window_within));
  }
  AddSection("scaleDown", down, &yaml);
  Flow dst;
  if (policy.dst.gap == DstGap::kSkip) dst.Add("gap", "skip");
  if (policy.dst.overlap == DstOverlap::kTwice) dst.Add("overlap", "twice");
  AddSection("dst", dst, &yaml);
  if (policy.suspend) yaml += "  suspend: true\n";
  if (policy.dry_run) yaml += "  dryRun: true\n";
  if (policy.override_floor) {
    Flow forced;
    forced.Add("replicas", Whole(policy.override_floor->replicas));
    forced.Add("until",
               "\"" + FormatInstant(policy.override_floor->until) + "\"");
    AddSection("override", forced, &yaml);
  }
  if (policy.instance_hours_per_day) {
    Flow budget;
    budget.Add("instanceHoursPerDay", Number(*policy.instance_hours_per_day));
    AddSection("budget", budget, &yaml);
  }
  AddSection("intent", IntentOf(policy.intent), &yaml);
  return yaml;
}

}  // namespace prewarm
