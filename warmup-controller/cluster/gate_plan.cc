#include "warmup-controller/cluster/gate_plan.h"

#include <string_view>

namespace prewarm {
namespace {

constexpr std::string_view kProvedBy = " proved by instance ";

WarmCondition Warm(const PodSeen& pod, const PodWarmth& warmth) {
  return {true, "Verified",
          pod.container_id + std::string(kProvedBy) + warmth.instance_id};
}

WarmCondition Cold(const std::string& reason, const std::string& message) {
  return {false, reason, message};
}

WarmCondition Wanted(const PodSeen& pod, const PodWarmth& warmth) {
  const bool is_proved = pod.warm && pod.warm->is_true &&
                         !pod.container_id.empty() &&
                         ContainerOf(*pod.warm) == pod.container_id;
  if (pod.container_id.empty()) {
    return Cold("NotRunning", "no start of its container runs");
  }
  const bool says_ready = warmth.says_ready.value_or(true);
  if (warmth.phase == Instance::Phase::kWarm && says_ready) {
    // The same start may have been proved by the controller before.
    return is_proved ? *pod.warm : Warm(pod, warmth);
  }
  if (warmth.failures > 0) return Cold("WarmupFailed", warmth.error);
  // As long as it may lapse again; the same text over all of them.
  if (warmth.lapses > 0) {
    return Cold("NotReady", "it proved itself, and did not stay warm");
  }
  if (is_proved && says_ready) return *pod.warm;
  if (is_proved) return Cold("NotReady", "it says that it is not ready");
  return Cold("NotYetVerified", "no warm-up of this start was verified yet");
}

}  // namespace

std::string ContainerOf(const WarmCondition& condition) {
  return condition.message.substr(0, condition.message.find(kProvedBy));
}

std::optional<WarmCondition> PlanGate(const PodSeen& pod,
                                      const PodWarmth& warmth) {
  if (!pod.gated || pod.deleting || pod.ended) return std::nullopt;
  // Without a condition it is as cold: nothing that a crowd of pods, whose
  // kubelets write to them just then, has to be told.
  if (!pod.warm && pod.container_id.empty()) return std::nullopt;
  WarmCondition wanted = Wanted(pod, warmth);
  if (pod.warm && *pod.warm == wanted) return std::nullopt;
  return wanted;
}

}  // namespace prewarm
