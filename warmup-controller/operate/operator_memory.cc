// What the operator says of policies, and what it remembers of them.
#include <algorithm>
#include <utility>

#include "warmup-controller/operate/operator.h"
#include "warmup-controller/operate/status_history.h"

namespace prewarm {
namespace {

// Of another policy that had this name.
void ForgetBefore(Instant created, PolicyRecord* record) {
  while (!record->openings.empty() && record->openings.front().due < created) {
    record->openings.pop_front();
  }
}

}  // namespace

// False: the server has not answered yet.
bool Operator::Recall() {
  auto history = keeper_.TryLoad();
  if (!history) return false;
  recalled_ = true;
  const Instant now =
      std::chrono::floor<std::chrono::seconds>(clock_.WallNow());
  std::map<std::string, PolicyHistory> policies;
  for (const auto& [key, object] : policies_->All()) {
    PolicyHistory known =
        NewerOf(history->policies[key], HistoryIn(*object, now));
    // Of another policy that had this name.
    if (known.opening && object->created &&
        known.opening->due < *object->created) {
      known.opening.reset();
    }
    known.known_since.reset();  // its object says so
    policies[key] = known;
    const auto record = history->record.policies.find(key);
    if (record != history->record.policies.end() && object->created) {
      ForgetBefore(*object->created, &record->second);
    }
  }
  history->policies = std::move(policies);
  if (parts_.record != nullptr) {
    parts_.record->Remember(std::move(history->record));
  }
  controller_.Remember(*history);
  return true;
}

void Operator::FindKeda(SteadyTime now) {
  if (cluster_.has_scaled_objects()) return;
  const auto type = keda_.Poll(now);
  if (type) cluster_.AddScaledObjects(*type);
}

void Operator::Remember(SteadyTime now) {
  if (keeper_.IsDue(now)) keeper_.Offer(Remembered(), Budgeted());
}

void Operator::Save() {
  if (recalled_) keeper_.Save(Remembered(), Budgeted());
}

// Of what there is: who has gone is forgotten.
History Operator::Remembered() const {
  History history = controller_.Remembered();
  if (parts_.record != nullptr) history.record = parts_.record->Remembered();
  std::set<std::string> workloads;
  for (const WorkloadSeen& one : cluster_.Workloads()) {
    workloads.insert(
        TargetKey{one.id.namespace_name, one.kind, one.id.name}.Full());
  }
  auto& targets = history.targets;
  for (auto it = targets.begin(); it != targets.end();) {
    it = workloads.count(it->first) > 0 ? std::next(it) : targets.erase(it);
  }
  auto& policies = history.policies;
  for (auto it = policies.begin(); it != policies.end();) {
    it = known_.count(it->first) > 0 ? std::next(it) : policies.erase(it);
  }
  return history;
}

// Whose hours decide something.
std::set<std::string> Operator::Budgeted() const {
  std::set<std::string> budgeted;
  for (const auto& [key, known] : known_) {
    if (!known.setup) continue;
    const Policy& policy = known.setup->policy;
    if (policy.instance_hours_per_day || policy.intent.enabled) {
      budgeted.insert(key);
    }
  }
  return budgeted;
}

void Operator::FollowEvents() {
  std::map<std::string, kube::EventObject> policies;
  for (const auto& [key, known] : known_) {
    const PolicyObject& object = *known.object;
    policies[key] = {"prewarm.dev/v1alpha1", "PrewarmPolicy",
                     object.namespace_name, object.name, object.uid};
  }
  std::map<std::string, std::vector<std::string>> whose = lost_.Policies();
  for (const auto& [key, target] : roster_.targets) {
    if (!target.policies.empty()) whose[key] = target.policies;
  }
  teller_.Follow(std::move(policies), whose);
}

bool Operator::refuses() const {
  return !roster_.refused.empty() ||
         std::any_of(known_.begin(), known_.end(), [](const auto& one) {
           return !one.second.refused.empty();
         });
}

void Operator::ShowQueues() {
  const auto show = [this](const char* name, const WorkerPool::Load& load) {
    parts_.metrics->SetQueue(name, load.waiting, load.posted);
  };
  show("floors", cluster_.floors());
  show("conditions", cluster_.others());
  show("statuses", statuses_.load());
  show("events", {events_.waiting(), events_.noted()});
  parts_.metrics->SetDropped("events", events_.dropped() + events_.failed());
}

std::shared_ptr<const PolicyObject> Operator::Newest(const Known& known) const {
  auto newest = policies_->Find(known.object->key());
  return newest && newest->uid == known.object->uid ? newest : known.object;
}

bool Operator::Tell(const PolicyObject& object, const nlohmann::json& status) {
  const bool written = statuses_.Set(object, status);
  return teller_.Tell(object, status) && written;
}

}  // namespace prewarm
