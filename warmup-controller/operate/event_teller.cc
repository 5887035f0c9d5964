#include "warmup-controller/operate/event_teller.h"

#include <algorithm>
#include <utility>

#include "warmup-controller/calendar/instant_text.h"
#include "warmup-controller/operate/policy_news.h"

namespace prewarm {
namespace {

nlohmann::json StatusOf(const PolicyObject& object) {
  return nlohmann::json::parse(object.status, nullptr, false);
}

std::string Seconds(std::chrono::seconds time) {
  return std::to_string(std::abs(time.count())) + " s";
}

}  // namespace

void EventTeller::Follow(
    std::map<std::string, kube::EventObject> policies,
    const std::map<std::string, std::vector<std::string>>& targets) {
  policies_ = std::move(policies);
  for (const auto& [target, whose] : targets) {
    if (!whose.empty()) targets_[target] = whose;
  }
  for (auto it = targets_.begin(); it != targets_.end();) {
    const bool known = std::any_of(
        it->second.begin(), it->second.end(),
        [this](const std::string& one) { return policies_.count(one) > 0; });
    it = known ? std::next(it) : targets_.erase(it);
  }
  for (auto it = told_.begin(); it != told_.end();) {
    it = policies_.count(it->first) > 0 ? std::next(it) : told_.erase(it);
  }
}

bool EventTeller::Tell(const PolicyObject& object,
                       const nlohmann::json& status) {
  const SteadyTime now = clock_->Now();
  if (!began_) began_ = now;
  Told& told = told_[object.key()];
  if (told.uid != object.uid) {
    told = {object.uid, TellingPart(nullptr, StatusOf(object), true)};
  }
  const bool settled = now - *began_ >= kSettled;
  nlohmann::json part = TellingPart(told.part, status, settled);
  if (part == told.part) return settled;
  for (const PolicyNews& news : NewsOf(told.part, part)) {
    Note(object.key(), news.warning, news.reason, news.message);
  }
  told.part = std::move(part);
  return settled;
}

void EventTeller::Replaced(const TargetKey& target, const std::string& instance,
                           const std::string& why, const Status& done) {
  next_->Replaced(target, instance, why, done);
  if (!done.ok()) return;
  NoteTo(target, true, "Replaced",
         instance + " is deleted, so that another one takes its place: " + why);
}

void EventTeller::FloorWritten(const TargetKey& target,
                               const FloorWrite& write) {
  next_->FloorWritten(target, write);
  NoteTo(target, false, write.reason, write.message);
}

void EventTeller::OpeningJudged(const Policy& policy, const Judged& judged) {
  next_->OpeningJudged(policy, judged);
  const Opening& opening = judged.opening;
  const std::string key = policy.namespace_name + "/" + policy.name;
  const std::string what =
      std::to_string(opening.asked) +
      (opening.asked == 1 ? " instance for " : " instances for ") +
      FormatInstant(opening.due) + ": ";
  if (opening.missed) {
    Note(key, true, "OpeningMissed",
         what + "no controller was there to prepare for it");
  } else if (judged.warm_before.count() >= 0) {
    Note(key, false, "WarmInTime",
         what + "warm " + Seconds(judged.warm_before) + " before");
  } else {
    Note(key, true, "WarmLate",
         what + (opening.warm_at ? "warm " : "not warm ") +
             Seconds(judged.warm_before) + " after");
  }
}

void EventTeller::Note(const std::string& policy, bool warning,
                       const std::string& reason, const std::string& message) {
  const auto found = policies_.find(policy);
  if (found == policies_.end()) return;
  events_->Note({found->second, warning, reason, message});
}

void EventTeller::NoteTo(const TargetKey& target, bool warning,
                         const std::string& reason,
                         const std::string& message) {
  const auto found = targets_.find(target.Full());
  if (found == targets_.end()) return;
  for (const std::string& policy : found->second) {
    Note(policy, warning, reason, message);
  }
}

}  // namespace prewarm
