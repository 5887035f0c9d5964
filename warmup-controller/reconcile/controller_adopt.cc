// What a controller is responsible for: taken over, remembered, let go.
#include <algorithm>
#include <iterator>
#include <utility>

#include "warmup-controller/reconcile/controller.h"

namespace prewarm {
namespace {

template <typename There, typename Told>
void KeepThoseOf(const There& there, Told* told) {
  for (auto it = told->begin(); it != told->end();) {
    it = there.count(it->first) > 0 ? std::next(it) : told->erase(it);
  }
}

}  // namespace

Status Controller::Adopt(
    std::vector<PolicySetup> policies,
    const std::map<std::string, std::shared_ptr<Target>>& targets) {
  std::map<std::string, std::unique_ptr<PolicyTrack>> tracks;
  std::map<std::string, std::unique_ptr<TargetTrack>> kept;
  for (PolicySetup& setup : policies) {
    const TargetKey key = KeyOf(setup.policy);
    const auto target = targets.find(key.Full());
    if (target == targets.end()) {
      return MakeError(ErrorCode::kInvalidArgument,
                       "there is no target " + key.Full(), "spec.targetRef");
    }
    auto track = std::make_unique<PolicyTrack>(std::move(setup));
    auto& place = kept[key.Full()];
    if (!place) place = std::make_unique<TargetTrack>(key, target->second);
    place->policies.push_back(track.get());
    tracks[track->key()] = std::move(track);
  }
  // Nothing can fail from here on.
  for (auto& [key, target] : kept) {
    std::sort(target->policies.begin(), target->policies.end(),
              [](const PolicyTrack* a, const PolicyTrack* b) {
                return a->key() < b->key();
              });
    const auto before = targets_.find(key);
    if (before == targets_.end()) {
      Recall(key, target.get());
      continue;
    }
    if (before->second->target == target->target) {
      before->second->policies = target->policies;
      target = std::move(before->second);
      target->dirty = true;
    } else {
      target->model = before->second->model;
      leaving_.push_back({target->key, before->second->target});
    }
    targets_.erase(before);
  }
  for (const auto& [key, target] : targets_) {
    leaving_.push_back({target->key, target->target});
  }
  // One that is wanted again before it was gone stays.
  leaving_.erase(std::remove_if(leaving_.begin(), leaving_.end(),
                                [&kept](const Leaving& one) {
                                  const auto found = kept.find(one.key.Full());
                                  return found != kept.end() &&
                                         found->second->target == one.target;
                                }),
                 leaving_.end());
  for (const Leaving& one : leaving_) one.target->Leave();
  for (auto& [key, track] : tracks) {
    const auto before = policies_.find(key);
    if (before == policies_.end()) {
      Recall(track.get());
    } else if (KeyOf(before->second->policy()).Full() ==
               KeyOf(track->policy()).Full()) {
      track->Continue(*before->second);
    }
  }
  for (const auto& [key, track] : policies_) {
    if (tracks.count(key) == 0) load_.Forget(key);
  }
  policies_ = std::move(tracks);
  targets_ = std::move(kept);
  // What goes on keeps what was told: since when a condition holds.
  KeepThoseOf(policies_, &told_policies_);
  KeepThoseOf(targets_, &told_targets_);
  if (parts_.outlooks != nullptr) {
    parts_.outlooks->KeepIf(
        [this](const std::string& key) { return policies_.count(key) > 0; });
  }
  unwritten_.clear();
  by_short_key_.clear();
  for (const auto& [key, target] : targets_) {
    changed_.insert(key);
    by_short_key_.emplace(target->key.Short(), target.get());
  }
  SetUpLoad();
  SetUpIntents();
  inbox_->Wake();
  return Ok{};
}

// Before the first forecast: each one depends on what the others want.
void Controller::SetUpLoad() {
  if (gate_.unlimited()) return;
  const Moment at = MomentNow();
  for (const auto& [key, track] : policies_) {
    load_.Set(key, track->Dues(at.now));
  }
}

void Controller::SetUpIntents() {
  std::map<std::string, IntentRules> rules;
  for (const auto& [key, target] : targets_) {
    for (const PolicyTrack* track : target->policies) {
      const Intent& intent = track->policy().intent;
      if (!intent.enabled) continue;
      const auto [place, is_new] = rules.emplace(
          target->key.Short(), IntentRules{intent.ttl, intent.rate_per_minute});
      if (is_new) continue;
      // Of several policies the most generous one.
      IntentRules& known = place->second;
      known.rate_per_minute =
          std::max(known.rate_per_minute, intent.rate_per_minute);
      if (!known.ttl || (intent.ttl && *intent.ttl > *known.ttl)) {
        known.ttl = intent.ttl;
      }
    }
  }
  parts_.intents->Listen(rules);
  for (const auto& [key, target] : targets_) {
    const auto found = remembered_.targets.find(key);
    if (found == remembered_.targets.end()) continue;
    if (rules.count(target->key.Short()) == 0) continue;
    parts_.intents->Restore(target->key.Short(), found->second.intents);
    remembered_.targets.erase(found);
  }
}

void Controller::LetGo() {
  for (const auto& [key, target] : targets_) {
    leaving_.push_back({target->key, target->target});
  }
  for (const Leaving& one : leaving_) one.target->Leave();
  unwritten_.clear();
  by_short_key_.clear();
  targets_.clear();
}

bool Controller::IsGone() {
  SeeThemLeave();
  return leaving_.empty();
}

void Controller::Remember(const History& history) { remembered_ = history; }

void Controller::Recall(const std::string& key, TargetTrack* target) {
  const auto found = remembered_.targets.find(key);
  if (found == remembered_.targets.end()) return;
  for (const Makespan& makespan : found->second.makespans) {
    target->model.Add(makespan);
  }
}

void Controller::Recall(PolicyTrack* policy) {
  const auto found = remembered_.policies.find(policy->key());
  if (found == remembered_.policies.end()) return;
  policy->meter()->Restore(found->second.hours);
  if (found->second.opening) policy->Restore(*found->second.opening);
  if (found->second.known_since) {
    policy->KnownSince(*found->second.known_since);
  }
  remembered_.policies.erase(found);
}

History Controller::Remembered() const {
  // Of those that may come back, too.
  History history = remembered_;
  for (const auto& [key, target] : targets_) {
    TargetHistory& mine = history.targets[key];
    const auto& kept = target->model.kept();
    mine.makespans.assign(kept.begin(), kept.end());
    mine.intents = parts_.intents->Learned(target->key.Short());
  }
  for (const auto& [key, policy] : policies_) {
    history.policies[key] = {policy->hours().known(), policy->opening(),
                             policy->known_since()};
  }
  return history;
}

}  // namespace prewarm
