// Writes the status of policies, once for each real change. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

#include "common/base/clock.h"
#include "common/base/worker_pool.h"
#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/resource.h"

namespace prewarm {

class StatusWriter {
 public:
  // Both outlive it.
  StatusWriter(kube::Api* api, kube::ResourceType policies, const Clock* clock);

  // As it should be. Written if it says something else than what was written
  // last, and not before the write before has ended: what comes meanwhile
  // counts then. One that fails is tried again with the next call, after a
  // pause. True: the server has it, and asking again would change nothing.
  bool Set(const std::string& namespace_name, const std::string& name,
           const nlohmann::json& status);
  WorkerPool::Load load() const { return pool_.load(); }
  // Of a policy that is no more.
  void Forget(const std::string& namespace_name, const std::string& name);

 private:
  struct Policy {
    std::string written;  // the essence
    bool under_way = false;
    int failures = 0;
    SteadyTime again{};
  };
  struct State {
    std::mutex mutex;
    std::map<std::string, Policy> policies;
  };

  kube::Api* const api_;
  const kube::ResourceType policies_;
  const Clock* const clock_;
  const std::shared_ptr<State> state_ = std::make_shared<State>();
  WorkerPool pool_;
};

}  // namespace prewarm
