#include "warmup-controller/operate/status_writer.h"

#include <utility>

#include "common/base/backoff.h"
#include "common/base/log.h"
#include "warmup-controller/kube/json_text.h"
#include "warmup-controller/kube/requests.h"
#include "warmup-controller/operate/status_object.h"

namespace prewarm {
namespace {

using nlohmann::json;

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

// What the object says counts as written where the patch would change nothing.
StatusWriter::Policy StatusWriter::Begun(const std::string& uid,
                                         const json& there,
                                         const json& status) {
  Policy policy;
  policy.uid = uid;
  policy.stored = Essence(there);
  policy.conditions = kube::At(there, {"conditions"});
  json patched = there;
  patched.merge_patch(status);
  if (Essence(patched) == policy.stored) policy.written = Essence(status);
  return policy;
}

// The cache may be older than what was written: only what comes after that is
// somebody else's.
bool StatusWriter::IsForeign(const std::string& there,
                             const PolicyObject& object, SteadyTime now,
                             Policy* policy) {
  const bool is_ours = there == policy->stored;
  const bool moved = object.status != policy->based;
  if (is_ours || (moved && now - policy->written_at >= kSeenAtLast)) {
    policy->seen = true;
  }
  return policy->seen && !is_ours;
}

bool StatusWriter::Set(const PolicyObject& object, json status) {
  const json cached = json::parse(object.status, nullptr, false);
  const std::string there = Essence(cached);
  const std::string essence = Essence(status);
  const SteadyTime now = clock_->Now();
  {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    Policy& policy = state_->policies[object.key()];
    if (policy.uid != object.uid) policy = Begun(object.uid, cached, status);
    if (policy.under_way) return false;
    const bool is_foreign = IsForeign(there, object, now, &policy);
    if (policy.written == essence) {
      if (!is_foreign) return policy.seen || policy.based == object.status;
      if (policy.repaired && now - *policy.repaired < kRepairAgain) {
        return false;
      }
    }
    if (policy.failures > 0 && now < policy.again) return false;
    if (is_foreign) policy.repaired = now;
    policy.under_way = true;
    policy.based = object.status;
    KeepConditionTimes(policy.conditions, &status);
  }
  Post(object, std::move(status));
  return false;
}

void StatusWriter::Post(const PolicyObject& object, json status) {
  const kube::ObjectRef ref{policies_, object.namespace_name, object.name,
                            "status"};
  // No guard by the uid: of a patch of the status a server takes nothing else.
  // What another policy of that name gets of it is foreign, and put right.
  kube::ApiRequest request = kube::MergePatchRequest(ref, {{"status", status}});
  request.priority = kube::CallClass::kStatus;
  pool_.Post([this, key = object.key(), status = std::move(status),
              request = std::move(request)] {
    Ended(key, status, api_->Call(request));
  });
}

void StatusWriter::Ended(const std::string& key, const json& status,
                         const Result<kube::Json>& answer) {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  const auto found = state_->policies.find(key);
  if (found == state_->policies.end()) return;
  Policy& policy = found->second;
  policy.under_way = false;
  const SteadyTime now = clock_->Now();
  if (answer.ok()) {
    // The server may keep less of it than was sent.
    const json& kept = kube::At(*answer, {"status"});
    policy.written = Essence(status);
    policy.stored = Essence(kept.is_object() ? kept : status);
    policy.conditions = kube::At(status, {"conditions"});
    policy.written_at = now;
    policy.seen = false;
    policy.failures = 0;
    return;
  }
  ++policy.failures;
  policy.again = now + BackoffOrAsked(kFirstWait, kLongestWait, policy.failures,
                                      answer.error().retry_after_seconds);
  Log(LogLevel::kWarning, "status_not_written",
      {{"policy", key}, {"error", answer.error().message}});
}

void StatusWriter::Forget(const std::string& namespace_name,
                          const std::string& name) {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  state_->policies.erase(namespace_name + "/" + name);
}

}  // namespace prewarm
