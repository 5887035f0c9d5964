#include "warmup-controller/decide/lead_time.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace prewarm {

std::function<std::chrono::seconds(int)> LeadTimes(
    const Policy& policy, const MakespanModel& model,
    const LeadOverheads& overheads) {
  const LeadTime& declared = policy.lead_time;
  if (declared.mode == LeadTime::Mode::kFixed) {
    return [fixed = declared.fixed](int) { return fixed; };
  }
  // Copies of the function share what is known.
  auto known = std::make_shared<std::map<int, std::chrono::seconds>>();
  return [declared, model, parallelism = policy.warmup.parallelism, overheads,
          known = std::move(known)](int count) {
    const int instances = std::max(1, count);
    const auto found = known->find(instances);
    if (found != known->end()) return found->second;
    const auto makespan =
        model.Quantile(instances, parallelism, declared.quantile);
    const std::chrono::seconds lead =
        std::clamp(std::chrono::ceil<std::chrono::seconds>(makespan) +
                       overheads.api_queue + overheads.failover,
                   declared.min, declared.max);
    known->emplace(instances, lead);
    return lead;
  };
}

}  // namespace prewarm
