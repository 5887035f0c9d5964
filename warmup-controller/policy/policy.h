// A pre-warming policy as its author declared it, checked and with its defaults
// filled in (docs/policies.md).
#pragma once

#include <bitset>
#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "warmup-controller/calendar/civil.h"
#include "warmup-controller/calendar/cron.h"
#include "warmup-controller/calendar/zone.h"

namespace prewarm {

// What is scaled.
struct TargetRef {
  std::string api_version;
  std::string kind;  // Deployment, StatefulSet, HorizontalPodAutoscaler,
                     // ScaledObject, CloudRunService, LocalProcess, FixedUrls
  std::string name;
};

// On these days of the week from one local time to another, which is of the
// next day where it is not later.
struct DailyTimes {
  std::bitset<7> days;  // Sunday 0, of the start
  int from = 0;         // minutes after midnight, 0 to 1439
  int until = 0;        // 1 to 1440
};

struct CronTimes {
  Cron start;
  std::chrono::minutes duration{0};
};

// KEDA's form: from a start to the next end.
struct CronPair {
  Cron start;
  Cron end;
};

struct Window {
  std::string name;  // unique in its policy
  std::variant<DailyTimes, CronTimes, CronPair> times;
  std::optional<Zone> zone;  // instead of the policy's
  int replicas = 1;
};

// Local days on which no window starts.
struct Exceptions {
  std::vector<CivilDays> days;
  struct Calendar {
    std::string config_map;  // and key, or
    std::string key;
    std::string file;  // beside the policy's file
  };
  std::vector<Calendar> calendars;
};

// How long before a window opens its instances begin to start.
struct LeadTime {
  enum class Mode { kAuto, kFixed };
  Mode mode = Mode::kAuto;
  std::chrono::seconds fixed{0};  // of kFixed
  std::chrono::seconds min{30};
  std::chrono::seconds max{15 * 60};
  double quantile = 0.99;  // of the measured makespan
};

struct WarmupCall {
  std::string path = "/warmup";
  std::string port = "admin";  // name or number
  std::chrono::seconds timeout{3 * 60};
  int parallelism = 2;
  int retries = 3;
  std::chrono::milliseconds jitter{2000};
  // Warm instances are proven again so often; 0: never.
  std::chrono::seconds reverify{10 * 60};
};

struct ScaleDown {
  std::chrono::seconds delay{2 * 60};
  // Bridge a gap up to this long; unset: where it is cheaper than to reload.
  std::optional<std::chrono::seconds> keep_if_next_window_within;
};

struct Override {
  int replicas = 0;
  Instant until;
};

// Floors for visitors who are about to upload.
struct Intent {
  bool enabled = false;
  std::optional<std::chrono::seconds> ttl;  // unset: learned
  int replicas = 1;
  int rate_per_minute = 60;
  int max_replicas = 1;
  double daily_instance_hours = 4;
};

struct Policy {
  std::string namespace_name = "default";
  std::string name;
  std::string source;  // the file that declares it, as it was named
  TargetRef target;
  Zone zone = Zone::Utc();
  int min_replicas = 0;
  bool min_declared = false;  // an autoscaler's workload sleeps only if it is
  int max_replicas = 1;
  std::vector<Window> windows;
  Exceptions except;
  LeadTime lead_time;
  WarmupCall warmup;
  ScaleDown scale_down;
  DstRules dst;
  bool suspend = false;
  bool dry_run = false;
  std::optional<Override> override_floor;
  std::optional<double> instance_hours_per_day;  // no input can exceed it
  Intent intent;
  // Made by the controller itself for instances that are to be proved though no
  // policy asks for any: scales nothing.
  bool only_proves = false;
};

}  // namespace prewarm
