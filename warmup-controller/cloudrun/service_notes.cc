#include "warmup-controller/cloudrun/service_notes.h"

namespace prewarm::cloudrun {
namespace {

constexpr char kReady[] = "/readyz";

}  // namespace

std::string NumberOf(const std::string& name) {
  return "minInstanceCount of " + name;
}

std::string ManualRefusal(const ServiceSeen& seen) {
  return seen.name +
         " has scaling.scalingMode MANUAL: it runs exactly "
         "manualInstanceCount instances, and a minimum means nothing; `gcloud "
         "run services update SERVICE --scaling=auto` changes that";
}

std::vector<TargetNote> NotesOf(const ServiceSeen& seen,
                                const FloorPlan* plan) {
  std::vector<TargetNote> notes;
  if (plan != nullptr && plan->conflict) {
    notes.push_back(
        {"Conflict", "LoweredBySomebody",
         "somebody keeps it at " + std::to_string(plan->floor) +
             ", lower than what is wanted; it is left alone until something "
             "else is wanted"});
  }
  if (plan != nullptr && plan->capped) {
    notes.push_back({"FloorCapped", "MaxInstanceCount",
                     "the service's maximum allows " +
                         std::to_string(plan->floor) + " of them"});
  }
  if (seen.startup_probe_path != kReady) {
    const std::string is =
        seen.startup_probe_path.empty()
            ? "no HTTP startup probe"
            : "a startup probe on " + seen.startup_probe_path;
    notes.push_back({"GateMissing", "NoStartupProbe",
                     "its container has " + is + ", expected one on " + kReady +
                         ": traffic may reach instances that are not warm"});
  }
  if (seen.cpu_idle) {
    notes.push_back(
        {"CpuThrottled", "RequestBasedBilling",
         "its CPU is for requests alone, so that a warm-up in the background "
         "starves; `gcloud run services update SERVICE --no-cpu-throttling` "
         "changes that"});
  }
  if (seen.split) {
    notes.push_back({"TrafficSplit", "SeveralRevisions",
                     "traffic goes to more than one revision: the minimum is "
                     "divided among them, and calls reach any of them"});
  }
  if (!seen.failure.empty()) {
    notes.push_back({"ServiceNotReady", "ConditionFailed", seen.failure});
  }
  return notes;
}

}  // namespace prewarm::cloudrun
