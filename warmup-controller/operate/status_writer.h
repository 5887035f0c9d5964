// Writes the status of policies, once for each real change. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/base/worker_pool.h"
#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/resource.h"
#include "warmup-controller/operate/policy_object.h"

namespace prewarm {

class StatusWriter {
 public:
  // Both outlive it.
  StatusWriter(kube::Api* api, kube::ResourceType policies, const Clock* clock);

  // As it should be, and the object as the cache has it. Written if it says
  // something else than what was written last (by who led before: than what the
  // object says), and not before the write before has ended: what comes
  // meanwhile counts then. What others write over it is written again, once in
  // kRepairAgain at most. One that fails is tried again with the next call,
  // after a pause. True: the server has it, and asking again with this object
  // would change nothing.
  bool Set(const PolicyObject& object, nlohmann::json status);
  WorkerPool::Load load() const { return pool_.load(); }
  // Of a policy that is no more.
  void Forget(const std::string& namespace_name, const std::string& name);

  static constexpr std::chrono::seconds kRepairAgain{60};
  // By then a cache that has moved on has passed what was written.
  static constexpr std::chrono::seconds kSeenAtLast{60};

 private:
  struct Policy {
    std::string uid;
    std::optional<std::string> written;  // the essence that was asked for
    nlohmann::json conditions;           // of the same
    std::string stored;                  // the essence that the server made
    std::string based;  // the object's status when that was asked for
    SteadyTime written_at;
    bool seen = true;  // the cache has had it
    std::optional<SteadyTime> repaired;
    bool under_way = false;
    int failures = 0;
    SteadyTime again{};
  };
  struct State {
    std::mutex mutex;
    std::map<std::string, Policy> policies;
  };

  static Policy Begun(const std::string& uid, const nlohmann::json& there,
                      const nlohmann::json& status);
  static bool IsForeign(const std::string& there, const PolicyObject& object,
                        SteadyTime now, Policy* policy);
  void Post(const PolicyObject& object, nlohmann::json status);
  void Ended(const std::string& key, const nlohmann::json& status,
             const Result<kube::Json>& answer);

  kube::Api* const api_;
  const kube::ResourceType policies_;
  const Clock* const clock_;
  const std::shared_ptr<State> state_ = std::make_shared<State>();
  WorkerPool pool_;
};

}  // namespace prewarm
