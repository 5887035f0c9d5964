#include "warmup-controller/operate/status_writer.h"

#include <utility>

#include "common/base/backoff.h"
#include "common/base/log.h"
#include "warmup-controller/kube/requests.h"
#include "warmup-controller/operate/status_object.h"

namespace prewarm {
namespace {

constexpr int kThreads = 4;
constexpr std::chrono::seconds kFirstWait{1};
constexpr std::chrono::seconds kLongestWait{60};

}  // namespace

StatusWriter::StatusWriter(kube::Api* api, kube::ResourceType policies,
                           const Clock* clock)
    : api_(api),
      policies_(std::move(policies)),
      clock_(clock),
      pool_(kThreads) {}

bool StatusWriter::Set(const std::string& namespace_name,
                       const std::string& name, const nlohmann::json& status) {
  const std::string key = namespace_name + "/" + name;
  std::string essence = Essence(status);
  {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    Policy& policy = state_->policies[key];
    if (policy.under_way) return false;
    if (policy.written == essence) return true;
    if (policy.failures > 0 && clock_->Now() < policy.again) return false;
    policy.under_way = true;
  }
  const kube::ObjectRef object{policies_, namespace_name, name, "status"};
  kube::ApiRequest request =
      kube::MergePatchRequest(object, {{"status", status}});
  request.priority = kube::CallClass::kStatus;
  pool_.Post(
      [this, key, essence = std::move(essence), request = std::move(request)] {
        const auto answer = api_->Call(request);
        const std::lock_guard<std::mutex> lock(state_->mutex);
        const auto found = state_->policies.find(key);
        if (found == state_->policies.end()) return;
        Policy& policy = found->second;
        policy.under_way = false;
        if (answer.ok()) {
          policy.written = essence;
          policy.failures = 0;
          return;
        }
        ++policy.failures;
        policy.again =
            clock_->Now() + Backoff(kFirstWait, kLongestWait, policy.failures);
        Log(LogLevel::kWarning, "status_not_written",
            {{"policy", key}, {"error", answer.error().message}});
      });
  return false;
}

void StatusWriter::Forget(const std::string& namespace_name,
                          const std::string& name) {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  state_->policies.erase(namespace_name + "/" + name);
}

}  // namespace prewarm
