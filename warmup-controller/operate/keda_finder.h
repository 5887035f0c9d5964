// Whether the server has ScaledObjects by now: KEDA may be installed after us.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "common/base/clock.h"
#include "common/base/worker_pool.h"
#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/resource.h"

namespace prewarm {

// Of one thread; never blocks it.
class KedaFinder {
 public:
  // The API outlives it.
  explicit KedaFinder(kube::Api* api) : api_(api) {}

  // Has the server asked once in a while, and tells once what it has found.
  std::optional<kube::ResourceType> Poll(SteadyTime now);

  static constexpr std::chrono::seconds kEvery{60};

 private:
  struct Found {
    std::mutex mutex;
    std::optional<kube::ResourceType> type;
  };

  kube::Api* const api_;
  std::optional<SteadyTime> asked_;
  const std::shared_ptr<Found> found_ = std::make_shared<Found>();
  WorkerPool pool_{1};
};

}  // namespace prewarm
