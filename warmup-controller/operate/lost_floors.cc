#include "warmup-controller/operate/lost_floors.h"

#include <algorithm>
#include <utility>

#include "common/base/log.h"
#include "warmup-controller/cluster/scaled_number.h"

namespace prewarm {
namespace {

// Rights may be on their way: only who says no again and again means it.
constexpr int kRefusals = 4;

bool IsRefusal(ErrorCode code) {
  return code == ErrorCode::kForbidden || code == ErrorCode::kUnprocessable ||
         code == ErrorCode::kInvalidArgument ||
         code == ErrorCode::kMethodNotAllowed || code == ErrorCode::kTooLarge;
}

TargetKey WorkloadOf(const AutoscalerSeen& one) {
  return {one.id.namespace_name, one.target_kind, one.target_name};
}

bool Names(const std::vector<std::string>& policies, const std::string& one) {
  return std::find(policies.begin(), policies.end(), one) != policies.end();
}

}  // namespace

void LostFloors::Follow(const std::vector<AutoscalerSeen>& lost) {
  std::map<std::string, Floor> floors;
  for (const AutoscalerSeen& one : lost) {
    const std::string key =
        one.id.namespace_name + "/" + one.kind + "/" + one.id.name;
    const auto known = floors_.find(key);
    Floor& floor = floors[key];
    if (known != floors_.end()) floor = std::move(known->second);
    floor.seen = one;
    floor.followed = true;
    const FloorSeen seen = MinimumSeen(one);
    floor.policies.clear();
    if (seen.mark) floor.policies = seen.mark->policies;
  }
  // The mark may be seen to be gone before the server has answered.
  for (auto& [key, floor] : floors_) {
    if (!floor.asked || floors.count(key) > 0) continue;
    floor.followed = false;
    floor.policies.clear();
    floors[key] = std::move(floor);
  }
  floors_ = std::move(floors);
  writes_.Keep(
      [this](const std::string& key) { return floors_.count(key) > 0; });
}

std::vector<LostFloors::Given> LostFloors::GiveBack() {
  std::vector<Given> given;
  for (auto& [key, floor] : floors_) {
    if (writes_.TakeSuccess(key) && floor.asked) {
      given.push_back({WorkloadOf(floor.seen), *std::move(floor.asked)});
      floor.asked.reset();
    }
    if (!floor.followed) {
      if (writes_.IsFree(key, "", clock_->Now())) floor.asked.reset();
      continue;
    }
    const ObjectId& id = floor.seen.id;
    const auto live =
        cluster_->Autoscaler(id.namespace_name, floor.seen.kind, id.name);
    floor.policies.clear();
    if (!live || !live->mark) continue;
    floor.seen = *live;
    const FloorSeen seen = MinimumSeen(*live);
    if (seen.mark) floor.policies = seen.mark->policies;
    LogFailure(key, &floor);
    const std::string& version = live->id.resource_version;
    if (!writes_.IsFree(key, version, clock_->Now())) continue;
    const FloorPlan plan = PlanRelease(seen);
    floor.asked.reset();
    if (seen.broken_mark) {
      Log(LogLevel::kWarning, "mark_removed",
          {{"autoscaler", key},
           {"error", std::string("its ") + kFloorAnnotation +
                         " is not what a controller writes"}});
    }
    if (plan.write) {
      floor.asked =
          FloorWriteOf(MinimumNamed(*live), seen.live, *plan.write, true);
    }
    cluster_->SetMinimum(*live, plan.write, std::nullopt,
                         writes_.Begin(key, version));
  }
  return given;
}

void LostFloors::LogFailure(const std::string& key, Floor* floor) const {
  const auto failure = writes_.failure(key);
  const int times = failure ? failure->times : 0;
  if (times > floor->failures) {
    Log(LogLevel::kWarning, "floor_not_given_back",
        {{"autoscaler", key}, {"error", failure->error.message}});
  }
  floor->failures = times;
}

bool LostFloors::Owes(const std::string& policy) const {
  return std::any_of(floors_.begin(), floors_.end(), [&](const auto& one) {
    return Names(one.second.policies, policy) &&
           Refusal(one.first, one.second).empty();
  });
}

std::vector<std::string> LostFloors::Refused(const std::string& policy) const {
  std::vector<std::string> refused;
  for (const auto& [key, floor] : floors_) {
    if (!Names(floor.policies, policy)) continue;
    std::string refusal = Refusal(key, floor);
    if (!refusal.empty()) refused.push_back(std::move(refusal));
  }
  return refused;
}

std::map<std::string, std::vector<std::string>> LostFloors::Policies() const {
  std::map<std::string, std::vector<std::string>> policies;
  for (const auto& [key, floor] : floors_) {
    if (floor.policies.empty()) continue;
    policies[WorkloadOf(floor.seen).Full()] = floor.policies;
  }
  return policies;
}

// "": none, so far.
std::string LostFloors::Refusal(const std::string& key,
                                const Floor& floor) const {
  const auto failure = writes_.failure(key);
  if (!failure || failure->times < kRefusals ||
      !IsRefusal(failure->error.code)) {
    return "";
  }
  return MinimumNamed(floor.seen) + " stays " + std::to_string(floor.seen.min) +
         ", and its annotation " + kFloorAnnotation +
         " says what it was: " + failure->error.message;
}

}  // namespace prewarm
