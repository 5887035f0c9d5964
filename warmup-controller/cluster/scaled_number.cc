#include "warmup-controller/cluster/scaled_number.h"

namespace prewarm {
namespace {

std::string Named(const AutoscalerSeen& one) {
  return one.kind + " " + one.id.name;
}

std::string Refusal(const AutoscalerSeen& autoscaler) {
  if (autoscaler.paused) {
    return Named(autoscaler) +
           " is paused by its annotation; nothing is scaled until it is "
           "removed";
  }
  if (autoscaler.idles) {
    return Named(autoscaler) +
           " has idleReplicaCount, with which a minimum means nothing while "
           "it is idle; remove it";
  }
  return "";
}

}  // namespace

FloorSeen MinimumSeen(const AutoscalerSeen& autoscaler) {
  FloorSeen seen;
  seen.live = autoscaler.min;
  seen.ceiling = autoscaler.max;
  seen.baseline = autoscaler.min;
  if (!autoscaler.mark) return seen;
  auto mark = ReadMark(*autoscaler.mark);
  seen.broken_mark = !mark.ok();
  // Beside that it is as if it were not there.
  if (mark.ok()) seen.mark = std::move(mark).value();
  return seen;
}

ScaledNumber NumberOf(const WorkloadObjects& objects,
                      const std::optional<FloorMark>& kept) {
  ScaledNumber number;
  if (!objects.workload) {
    number.refused = "there is no such workload";
    return number;
  }
  // Its replicas are KEDA's, and the object to write to is not known yet.
  if (!objects.of_unseen.empty()) {
    number.refused = std::string(kAutoscaler) + " " + objects.of_unseen +
                     " belongs to a " + kScaledObject +
                     " that is not seen; nothing is scaled until it is";
    return number;
  }
  if (objects.autoscalers.size() > 1) {
    number.refused = Named(objects.autoscalers[0]) + " and " +
                     Named(objects.autoscalers[1]) +
                     " scale the same workload; one has to go";
    return number;
  }
  if (objects.autoscalers.empty()) {
    number.seen.live = objects.workload->replicas;
    number.seen.mark = kept;
    number.seen.ours = objects.workload->replicas_ours;
    return number;
  }
  const AutoscalerSeen& autoscaler = objects.autoscalers.front();
  number.autoscaler = autoscaler;
  number.seen = MinimumSeen(autoscaler);
  number.refused = Refusal(autoscaler);
  return number;
}

std::optional<int> WakeOrSleep(const WorkloadObjects& objects,
                               const ScaledNumber& number, int floor,
                               bool may_be_zero) {
  if (!objects.workload || !number.autoscaler) return std::nullopt;
  // KEDA does it itself.
  if (number.autoscaler->kind == kScaledObject) return std::nullopt;
  const int replicas = objects.workload->replicas;
  if (replicas == 0 && floor > 0) return floor;
  if (replicas > 0 && floor == 0 && may_be_zero) return 0;
  return std::nullopt;
}

}  // namespace prewarm
