#include "warmup-controller/operate/keda_finder.h"

#include <utility>

#include "warmup-controller/kube/discovery.h"

namespace prewarm {

std::optional<kube::ResourceType> KedaFinder::Poll(SteadyTime now) {
  if (!asked_ || now - *asked_ >= kEvery) {
    asked_ = now;
    pool_.Post([api = api_, found = found_] {
      const auto keda =
          kube::FindResource(api, "keda.sh", "scaledobjects", {"v1alpha1"});
      // Of no answer the next look is told.
      if (!keda.ok() || !*keda) return;
      const std::lock_guard<std::mutex> lock(found->mutex);
      found->type = (*keda)->type;
    });
  }
  const std::lock_guard<std::mutex> lock(found_->mutex);
  return std::exchange(found_->type, std::nullopt);
}

}  // namespace prewarm
