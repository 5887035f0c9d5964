#include "warmup-controller/reconcile/controller.h"

#include <algorithm>
#include <utility>

#include "warmup-controller/reconcile/status_of.h"

namespace prewarm {
namespace {

// Somebody may have set the clock: nothing sleeps for longer.
constexpr std::chrono::seconds kLongestSleep{1};

// When `at` will be, if nobody sets the clock.
SteadyTime SteadyAt(Instant at, SteadyTime steady, WallTime wall) {
  const auto left = std::chrono::duration_cast<SteadyTime::duration>(
      std::min<WallTime::duration>(WallTime(at) - wall, kLongestSleep));
  return steady + std::max(left, SteadyTime::duration(0));
}

}  // namespace

Controller::Controller(const ControllerParts& parts,
                       const ControllerOptions& options)
    : parts_(parts), options_(options), gate_(options.writes) {
  parts_.intents->OnChange([inbox = inbox_](const std::string& target) {
    inbox->Post({target, "", std::monostate()});
  });
}

Controller::~Controller() { parts_.intents->OnChange(nullptr); }

Controller::Moment Controller::MomentNow() const {
  using std::chrono::seconds;
  const WallTime wall = parts_.clock->WallNow();
  return {parts_.clock->Now(), wall, std::chrono::floor<seconds>(wall),
          std::chrono::ceil<seconds>(wall)};
}

SteadyTime Controller::Step() {
  const Moment at = MomentNow();
  decisions_ = 0;
  NoticeSteps(at);
  ReadNews(at);
  SeeThemLeave();
  const std::vector<TargetTrack*> due = DueTargets(at);
  for (TargetTrack* target : due) Visit(target, at);
  Write(at);
  std::size_t instances = 0;
  for (const auto& [key, target] : targets_) {
    instances += target->table.instances().size();
  }
  for (TargetTrack* target : due) {
    Look(target, instances, at);
    target->next_visit = NextVisit(*target, at);
  }
  Publish(at);
  parts_.events->Stepped(std::chrono::duration_cast<std::chrono::microseconds>(
                             parts_.clock->Now() - at.steady),
                         decisions_, waiting_writes_);
  return NextStep(at);
}

// What was decided for a time that is not to come any more, or has already
// been, is decided anew.
void Controller::NoticeSteps(const Moment& at) {
  if (before_) {
    const auto wall = at.now - before_->now;
    const auto steady = at.steady - before_->steady;
    if (wall < std::chrono::seconds(0) || wall > steady + kLongestSleep) {
      for (const auto& [key, target] : targets_) {
        for (PolicyTrack* policy : target->policies) policy->DropForecast();
        target->dirty = true;
      }
    }
  }
  before_ = at;
}

void Controller::ReadNews(const Moment& at) {
  for (const News& news : inbox_->Take()) {
    if (std::holds_alternative<std::monostate>(news.what)) {
      const auto [first, last] = by_short_key_.equal_range(news.target);
      for (auto it = first; it != last; ++it) it->second->dirty = true;
      continue;
    }
    const auto found = targets_.find(news.target);
    if (found == targets_.end()) continue;
    TargetTrack& target = *found->second;
    target.next_visit = at.steady;
    if (const auto* health = std::get_if<Result<InstanceHealth>>(&news.what)) {
      if (target.table.Looked(news.instance, *health, at.now)) {
        target.dirty = true;
        target.Learn(target.rises.Reached(target.table.warm(), at.steady));
      }
      // What an instance says of its way to warmth is told to visitors who
      // wait.
      if (target.table.warm() == 0) changed_.insert(target.key.Full());
      continue;
    }
    const auto& proof = std::get<Result<WarmupProof>>(news.what);
    const auto took = target.table.CallTook(news.instance, at.steady);
    parts_.events->WarmupEnded(
        target.key,
        {news.instance, proof, took, target.table.IsWarm(news.instance)});
    if (!target.table.CallEnded(news.instance, proof, at.now)) continue;
    target.dirty = true;
    if (!proof.ok()) continue;
    target.replacements = 0;
    if (proof->inference.count() > 0) {
      target.service_seconds =
          std::chrono::duration<double>(proof->inference).count();
    }
    target.Learn(target.rises.Reached(target.table.warm(), at.steady));
  }
}

// Targets of which something is due: most of them rest most of the time.
std::vector<TargetTrack*> Controller::DueTargets(const Moment& at) {
  std::vector<TargetTrack*> due;
  for (const auto& [key, target] : targets_) {
    if (target->dirty || target->next_visit <= at.steady) {
      due.push_back(target.get());
    }
  }
  return due;
}

void Controller::Visit(TargetTrack* target, const Moment& at) {
  if (target->dirty || target->next_observe <= at.steady) {
    const std::string before = target->trouble;
    const TargetTrack::News news = target->Observe(at.now, at.steady);
    for (const std::string& line : news.lines) {
      parts_.events->Noted(target->key, line);
    }
    for (const FloorWrite& write : news.writes) {
      parts_.events->FloorWritten(target->key, write);
    }
    if (target->trouble != before) {
      parts_.events->TroubleChanged(target->key, target->trouble);
    }
  }
  const bool due = std::any_of(
      target->policies.begin(), target->policies.end(),
      [&](const PolicyTrack* policy) { return policy->DueAt(at.now); });
  if (due || target->dirty) DecideTarget(target, at);
  target->SettleNothing();
  if (target->NeedsWrite()) {
    if (!target->waits_since) target->waits_since = at.now;
    unwritten_.insert(target);
  } else {
    unwritten_.erase(target);
  }
}

void Controller::SeeThemLeave() {
  for (const auto& [key, target] : leaving_) {
    const TargetView view = target->Observe();
    for (const std::string& line : view.news) parts_.events->Noted(key, line);
    for (const FloorWrite& write : view.writes) {
      parts_.events->FloorWritten(key, write);
    }
  }
  leaving_.erase(
      std::remove_if(leaving_.begin(), leaving_.end(),
                     [](const Leaving& one) { return one.target->Idle(); }),
      leaving_.end());
}

void Controller::DecideTarget(TargetTrack* target, const Moment& at) {
  target->dirty = false;
  changed_.insert(target->key.Full());
  for (PolicyTrack* track : target->policies) {
    const Policy& policy = track->policy();
    if (track->NeedsForecast(at.now)) Forecast(target, track, at);
    Surroundings around{target->table.instances(),
                        target->table.warm(),
                        target->replacements,
                        target->replaced_at,
                        0,
                        std::nullopt,
                        at.now,
                        at.soonest};
    if (policy.intent.enabled) {
      const IntentTally tally =
          parts_.intents->Tally(target->key.Short(), at.steady);
      around.intents = InstancesFor(tally, target->service_seconds);
      if (tally.until) {
        around.intents_until = at.now + std::chrono::ceil<std::chrono::seconds>(
                                            *tally.until - at.steady);
      }
    }
    const bool for_intents =
        track->written() && track->written()->cause == Cause::kIntent;
    track->meter()->Count(CivilDay(policy.zone.MinuteAt(at.now)),
                          target->InstancesOf(*track), for_intents, at.steady);
    const Cause before = track->decision().floor.cause;
    const FloorNow& floor = track->Look(around).floor;
    ++decisions_;
    if (floor.cause != before) parts_.events->CauseChanged(policy, floor);
    for (const Judged& judged : track->TakeJudged()) {
      parts_.events->OpeningJudged(policy, judged);
    }
  }
  if (const auto rehearsed = target->Rehearsed()) {
    target->target->Rehearse(*rehearsed);
  }
  // What they want together is known only now.
  const bool told = target->told && target->told == target->Wanted();
  for (PolicyTrack* track : target->policies) {
    if (told || track->policy().dry_run) track->Told(at.now);
  }
  Care(target, at);
}

void Controller::Forecast(TargetTrack* target, PolicyTrack* policy,
                          const Moment& at) {
  LeadOverheads overheads;
  overheads.failover = options_.failover;
  if (!gate_.unlimited()) {
    load_.Set(policy->key(), policy->Dues(at.now));
    overheads.api_queue = QueueTime(
        load_.Most(policy->key()), gate_.rate().per_second, gate_.rate().burst);
  }
  policy->MakeForecast(target->model, overheads, at.now);
  if (parts_.outlooks != nullptr && !policy->policy().only_proves) {
    parts_.outlooks->Set(policy->key(),
                         policy->OutlookBy(target->model, overheads));
  }
}

void Controller::Care(TargetTrack* target, const Moment& at) {
  target->Tell();
  const PolicyTrack* const leader = target->Carer();
  if (leader == nullptr) return;
  const InstanceCare& care = leader->decision().care;
  for (const std::size_t index : care.warm) {
    Call(target, index, leader->policy(), at);
  }
  for (const std::size_t index : care.prove) {
    Call(target, index, leader->policy(), at);
  }
  for (const std::size_t index : care.replace) {
    const std::string id = target->table.instances()[index].id;
    const std::string why = target->table.facts(index).error;
    const Status done = target->target->Replace(id);
    ++target->replacements;
    target->replaced_at = at.now;
    target->dirty = true;
    parts_.events->Replaced(target->key, id, why, done);
  }
}

void Controller::Call(TargetTrack* target, std::size_t index,
                      const Policy& policy, const Moment& at) {
  const InstanceFacts& facts = target->table.facts(index);
  WarmupRequest request;
  request.url = UrlOf(facts.seen, policy.warmup.port) + policy.warmup.path;
  request.timeout = policy.warmup.timeout;
  request.instance_id = facts.process;
  request.target = target->key.Full();
  request.instance = facts.seen.id;
  target->table.CallBegan(index, at.now, at.steady);
  changed_.insert(target->key.Full());
  parts_.warmer->WarmUp(request,
                        [inbox = inbox_, key = target->key.Full(),
                         id = facts.seen.id](Result<WarmupProof> proof) {
                          inbox->Post({key, id, std::move(proof)});
                        });
}

void Controller::Write(const Moment& at) {
  std::vector<PendingWrite> pending;
  std::vector<TargetTrack*> targets;
  for (TargetTrack* const target : unwritten_) {
    if (target->retry > at.steady) continue;
    const FloorNow& floor = target->Leader()->decision().floor;
    PendingWrite write;
    write.namespace_name = target->key.namespace_name;
    write.name = target->key.kind + "/" + target->key.name;
    write.raises = *target->Wanted() > target->told.value_or(0);
    write.due = write.raises && floor.due ? *floor.due : *target->waits_since;
    write.turns_had = TurnsHad(write);
    pending.push_back(std::move(write));
    targets.push_back(target);
  }
  next_token_.reset();
  waiting_writes_ = pending.size();
  for (const std::size_t i : WriteOrder(pending)) {
    if (!gate_.Take(at.steady)) {
      next_token_ = gate_.Next(at.steady);
      break;
    }
    TargetTrack* const target = targets[i];
    const int wanted = *target->Wanted();
    ++turns_[{pending[i].raises, pending[i].due, pending[i].namespace_name}];
    const Status done = target->Write(at.now, at.steady);
    if (done.ok()) unwritten_.erase(target);
    target->next_visit = at.steady;
    parts_.events->Wrote(target->key, wanted, done);
    changed_.insert(target->key.Full());
    --waiting_writes_;
  }
  if (waiting_writes_ == 0) turns_.clear();
}

int Controller::TurnsHad(const PendingWrite& write) const {
  const auto found =
      turns_.find({write.raises, write.due, write.namespace_name});
  return found == turns_.end() ? 0 : found->second;
}

void Controller::Look(TargetTrack* target, std::size_t instances,
                      const Moment& at) {
  const PolicyTrack* const leader = target->Looker();
  // Who does not act does not disturb.
  if (leader == nullptr) return;
  const auto seldom = LookPace(instances, false);
  const auto pace = LookPace(
      instances,
      target->MayFallBefore(at.soonest +
                            std::chrono::ceil<std::chrono::seconds>(seldom)));
  for (const std::size_t index : target->table.TakeLooks(at.steady, pace)) {
    const InstanceSeen& seen = target->table.facts(index).seen;
    LookRequest request;
    request.url = UrlOf(seen, leader->policy().warmup.port) + "/health";
    request.target = target->key.Full();
    request.instance = seen.id;
    parts_.warmer->Look(request, [inbox = inbox_, key = target->key.Full(),
                                  id = seen.id](Result<InstanceHealth> health) {
      inbox->Post({key, id, std::move(health)});
    });
  }
}

void Controller::Publish(const Moment& at) {
  const bool is_time = !published_ || at.steady - *published_ >= kLongestSleep;
  if (changed_.empty() && !is_time) return;
  for (const std::string& key : changed_) {
    const auto found = targets_.find(key);
    if (found == targets_.end()) continue;
    const TargetTrack& target = *found->second;
    told_targets_[key] =
        std::make_shared<const TargetStatus>(StatusOf(target, at.now));
    for (const PolicyTrack* policy : target.policies) {
      if (policy->policy().only_proves) continue;
      std::optional<IntentTally> tally;
      if (policy->policy().intent.enabled) {
        tally = parts_.intents->Tally(target.key.Short(), at.steady);
      }
      auto& told = told_policies_[policy->key()];
      PolicyStatus status = StatusOf(*policy, target, tally, at.now);
      KeepTransitions(told.get(), at.now, &status);
      told = std::make_shared<const PolicyStatus>(std::move(status));
    }
  }
  changed_.clear();
  published_ = at.steady;
  auto status = std::make_shared<ControllerStatus>();
  status->at = at.now;
  status->policies.reserve(told_policies_.size());
  for (const auto& [key, policy] : told_policies_) {
    status->policies.push_back(policy);
  }
  status->targets.reserve(told_targets_.size());
  for (const auto& [key, target] : told_targets_) {
    status->targets.push_back(target);
  }
  parts_.board->Publish(std::move(status));
}

SteadyTime Controller::NextVisit(const TargetTrack& target,
                                 const Moment& at) const {
  // What was written is seen at once.
  if (target.dirty || target.next_observe <= at.steady) return at.steady;
  SteadyTime next = target.next_observe;
  // Whom nobody looks at is due all the time.
  if (target.Looker() != nullptr) {
    next = std::min(next, target.table.NextLook());
  }
  if (target.failed_writes > 0) next = std::min(next, target.retry);
  for (const PolicyTrack* policy : target.policies) {
    next = std::min(next, SteadyAt(policy->next(), at.steady, at.wall));
  }
  return next;
}

SteadyTime Controller::NextStep(const Moment& at) const {
  SteadyTime next = at.steady + kLongestSleep;
  for (const auto& [key, target] : targets_) {
    next = std::min(next, target->next_visit);
  }
  if (next_token_) next = std::min(next, *next_token_);
  return next;
}

}  // namespace prewarm
