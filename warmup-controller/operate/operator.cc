#include "warmup-controller/operate/operator.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/base/log.h"
#include "warmup-controller/kube/leader_election.h"
#include "warmup-controller/operate/status_object.h"

namespace prewarm {
namespace {

using std::chrono::seconds;

// Changes come in crowds: what came within this is one. It is longer where to
// take them over costs much, which is not to be most of what is done.
constexpr std::chrono::milliseconds kCrowd{100};
constexpr int kCrowdOfCosts = 10;
constexpr std::chrono::minutes kCalendarsAnew{24 * 60};
constexpr std::chrono::milliseconds kRecallAgain{500};

// Notes that wait; of a crowd of policies each has its own few.
constexpr std::size_t kMostEvents = 5000;

ControllerParts With(ControllerParts loop, LoopEvents* events) {
  loop.events = events;
  return loop;
}

ControllerOptions WithFailover(const OperatorOptions& options) {
  ControllerOptions controller = options.controller;
  controller.failover =
      std::chrono::ceil<seconds>(kube::LongestTakeover(options.election));
  return controller;
}

Instant Now(const Clock& clock) {
  return std::chrono::floor<seconds>(clock.WallNow());
}

}  // namespace

Operator::Operator(const OperatorParts& parts, const OperatorOptions& options)
    : parts_(parts),
      clock_(*parts.loop.clock),
      cluster_(
          parts.api, options.cluster, [this] { Changed(); }, clock_),
      keda_(parts.api),
      events_(parts.api, {}, options.instance, kMostEvents, clock_),
      teller_(&events_, parts.loop.events, &clock_),
      controller_(With(parts.loop, &teller_), WithFailover(options)),
      statuses_(parts.api, kPolicies, &clock_),
      keeper_(parts.api, options.state_namespace, options.state_name,
              parts.metrics, &clock_),
      lost_(&cluster_, &clock_),
      chores_(1),
      calendars_(
          parts.api, [this] { Changed(); }, &clock_) {
  policies_ = std::make_unique<kube::Informer<PolicyObject>>(
      parts_.api,
      kube::Selection{kPolicies, options.cluster.namespace_name, "", ""},
      ReadPolicyObject,
      [this](kube::KeyChange, const std::string&) { Changed(); });
}

Operator::~Operator() {
  // What they tell goes to what ends before them.
  policies_->Stop();
  cluster_.Stop();
}

void Operator::Start() {
  policies_->Start();
  cluster_.Start();
}

Status Operator::WaitUntilSynced(std::chrono::milliseconds patience) {
  if (!policies_->WaitUntilSynced(patience)) {
    const auto trouble = policies_->trouble();
    return MakeError(
        ErrorCode::kUnavailable,
        "can't list prewarmpolicies: " +
            (trouble ? trouble->message : std::string("no answer yet")) +
            "; is the CustomResourceDefinition installed?",
        "prewarmpolicies");
  }
  return cluster_.WaitUntilSynced(patience);
}

void Operator::Changed() {
  changed_ = true;
  inbox()->Wake();
}

SteadyTime Operator::Step() {
  const SteadyTime now = clock_.Now();
  if (!recalled_ && !Recall()) {
    // There is nobody yet whom news could mean; unread they would end the wait.
    (void)inbox()->Take();
    return clock_.Now() + kRecallAgain;
  }
  FindKeda(now);
  const bool crowded = adopted_ && now - *adopted_ < crowd_;
  if (changed_ && !crowded) {
    changed_ = false;
    adopted_ = now;
    Adopt();
    crowd_ = std::max<SteadyTime::duration>(
        kCrowd, kCrowdOfCosts * (clock_.Now() - now));
  }
  for (const auto& [key, known] : known_) {
    if (known.again && *known.again <= now) changed_ = true;
  }
  calendars_.ReadDue();
  SteadyTime next = controller_.Step();
  for (const LostFloors::Given& given : lost_.GiveBack()) {
    teller_.FloorWritten(given.target, given.write);
  }
  Finalize();
  // What stands in the way of a floor is known once one is wanted: who has just
  // begun looks a second time before it tells.
  if (std::exchange(looked_, true)) {
    WriteStatus();
  } else {
    next = clock_.Now();
  }
  Remember(now);
  if (changed_) next = std::min(next, *adopted_ + crowd_);
  return next;
}

void Operator::Read(const std::shared_ptr<const PolicyObject>& object,
                    Known* known) {
  const auto refuse = [&](const std::string& why) {
    if (known->refused != why) known->refused_since = Now(clock_);
    known->refused = why;
  };
  known->object = object;
  auto policy = PolicyIn(*object);
  if (!policy.ok()) {
    refuse(policy.error().message);
    return;
  }
  known->maps = CalendarBook::MapsOf(*policy);
  known->again.reset();
  if (!known->maps.empty()) known->again = clock_.Now() + kCalendarsAnew;
  auto holidays =
      calendars_.Of(*policy, CivilDay(policy->zone.MinuteAt(Now(clock_))));
  if (!holidays.error.empty()) {
    refuse(holidays.error);
  } else if (holidays.days) {
    known->refused.clear();
  }
  // Until there are days what was in force goes on.
  if (!holidays.days) return;
  known->generation = object->generation;
  known->setup = PolicySetup{std::move(policy).value(),
                             *std::move(holidays.days), object->created};
}

void Operator::ReadPolicies() {
  std::set<std::string> there;
  std::set<std::string> uids;
  std::set<std::string> maps;
  const std::set<std::string> news = calendars_.TakeNews();
  for (const auto& [key, object] : policies_->All()) {
    there.insert(key);
    uids.insert(object->uid);
    Known& known = known_[key];
    const bool due = (known.again && *known.again <= clock_.Now()) ||
                     std::any_of(known.maps.begin(), known.maps.end(),
                                 [&news](const std::string& map) {
                                   return news.count(map) > 0;
                                 });
    const bool same = !due && known.object &&
                      known.object->uid == object->uid &&
                      known.object->text == object->text;
    if (known.object && known.object->uid != object->uid) {
      // Another one of the same name, which nothing was told to yet.
      known.setup.reset();
      statuses_.Forget(object->namespace_name, object->name);
    }
    if (same) {
      known.object = object;
    } else {
      Read(object, &known);
    }
    maps.insert(known.maps.begin(), known.maps.end());
  }
  calendars_.KeepOnly(maps);
  for (auto it = known_.begin(); it != known_.end();) {
    if (there.count(it->first) > 0) {
      ++it;
      continue;
    }
    statuses_.Forget(it->second.object->namespace_name,
                     it->second.object->name);
    it = known_.erase(it);
  }
  finalizing_.Keep([&](const std::string& uid) { return uids.count(uid) > 0; });
}

std::shared_ptr<WorkloadTarget> Operator::TargetFor(
    const std::string& key, const RosterTarget& roster,
    const std::set<std::string>& held_before) {
  auto& target = targets_[key];
  const bool is_new = !target;
  if (is_new) {
    target = std::make_shared<WorkloadTarget>(roster.ref, &cluster_, &clock_);
  }
  // What the policies' status says of a workload that has no other place.
  for (const std::string& name : roster.policies) {
    const bool comes = is_new || held_before.count(name) > 0;
    const auto known = known_.find(name);
    if (!comes || known == known_.end() || target->kept_mark()) continue;
    const auto mark = MarkIn(*known->second.object);
    if (mark) target->RestoreMark(*mark);
  }
  target->SetPolicies(roster.policies, roster.may_be_zero);
  return target;
}

// There, and of no use now: what they have raised stays until they can be read,
// or go.
std::set<std::string> Operator::HeldPolicies() const {
  std::set<std::string> held;
  for (const auto& [key, known] : known_) {
    if (!known.setup && !known.object->deleting) held.insert(key);
  }
  return held;
}

void Operator::Adopt() {
  ReadPolicies();
  const std::set<std::string> held_before = std::move(roster_.held);
  std::vector<PolicySetup> setups;
  for (const auto& [key, known] : known_) {
    if (!known.setup || known.object->deleting) continue;
    setups.push_back(*known.setup);
  }
  roster_ = MakeRoster(std::move(setups), cluster_.Workloads(),
                       cluster_.Autoscalers(), cluster_.LooseNamespaces(),
                       HeldPolicies());
  std::map<std::string, std::shared_ptr<Target>> targets;
  std::map<std::string, std::shared_ptr<LoosePods>> loose;
  for (const auto& [key, target] : roster_.targets) {
    if (target.ref.kind != kLoosePods) {
      targets[key] = TargetFor(key, target, held_before);
      continue;
    }
    auto& pods = loose[key] = loose_[key];
    if (!pods) {
      pods = std::make_shared<LoosePods>(target.ref.namespace_name, &cluster_,
                                         &clock_);
    }
    targets[key] = pods;
  }
  loose_ = std::move(loose);
  const auto held = std::make_shared<const std::set<std::string>>(roster_.held);
  for (const auto& [key, target] : targets_) target->SetHeld(held);
  for (auto it = targets_.begin(); it != targets_.end();) {
    const bool gone = targets.count(it->first) == 0 && it->second->Idle();
    it = gone ? targets_.erase(it) : std::next(it);
  }
  lost_.Follow(LostMarks(roster_, cluster_.Autoscalers()));
  FollowEvents();
  const Status adopted = controller_.Adopt(roster_.setups, targets);
  if (!adopted.ok()) {
    Log(LogLevel::kError, "not_adopted", {{"error", adopted.error().message}});
  }
}

// A policy's object carries our finalizer as long as something may have to be
// given back. It is asked for together with the first floor, which does not
// wait for it: of a policy that goes in between, the mark on its autoscaler
// tells.
void Operator::Finalize() {
  for (const auto& [key, known] : known_) {
    const PolicyObject& object = *known.object;
    // What a write was based on: seen otherwise, it is done.
    const std::string seen = object.finalized ? "has it" : "has none";
    const bool add = !object.deleting && !object.finalized && known.setup;
    const bool remove =
        object.deleting && object.finalized && !changed_ && IsRestored(key);
    if ((!add && !remove) ||
        !finalizing_.IsFree(object.uid, seen, clock_.Now())) {
      continue;
    }
    if (remove) TellWhatStays(key);
    chores_.Post([api = parts_.api, object, add,
                  done = finalizing_.Begin(object.uid, seen)] {
      const Status written = WriteFinalizer(api, object, add);
      if (!written.ok()) {
        Log(LogLevel::kWarning, "finalizer_not_written",
            {{"policy", object.key()}, {"error", written.error().message}});
      }
      done(written);
    });
  }
}

// Of this policy alone: what others have left behind is not its business.
bool Operator::IsRestored(const std::string& policy) const {
  return !lost_.Owes(policy) &&
         std::none_of(targets_.begin(), targets_.end(),
                      [&policy](const auto& target) {
                        return target.second->Owes(policy);
                      });
}

void Operator::TellWhatStays(const std::string& policy) {
  for (const std::string& what : lost_.Refused(policy)) {
    Log(LogLevel::kWarning, "not_restored",
        {{"policy", policy}, {"error", what}});
    teller_.NotRestored(policy, what);
  }
}

void Operator::WriteStatus() {
  const auto status = parts_.loop.board->Read();
  if (status == written_) return;
  written_ = status;
  ShowQueues();
  std::map<std::string, std::shared_ptr<const TargetStatus>> targets;
  for (const auto& target : status->targets) {
    targets[target->namespace_name + "/" + target->kind + "/" + target->name] =
        target;
  }
  for (const auto& policy : status->policies) {
    const auto known = known_.find(policy->namespace_name + "/" + policy->name);
    if (known == known_.end() || known->second.object->deleting) continue;
    const std::string key = policy->namespace_name + "/" + policy->target_kind +
                            "/" + policy->target_name;
    Shown made{Newest(known->second), policy, nullptr, std::nullopt,
               known->second.refused};
    const auto target = targets_.find(key);
    if (target != targets_.end()) made.mark = target->second->kept_mark();
    const auto shown = targets.find(key);
    if (shown != targets.end()) made.target = shown->second;
    ShowPolicy(made, &known->second);
  }
  for (const auto& [key, known] : known_) {
    const auto refused = roster_.refused.find(key);
    const bool odd = refused != roster_.refused.end();
    if (known.object->deleting || (known.setup && !odd)) continue;
    // Its calendars are on their way.
    if (!odd && known.refused.empty()) continue;
    Tell(*Newest(known), RefusedStatus(known.object->generation,
                                       odd ? "UnsupportedTarget" : "Invalid",
                                       odd ? refused->second : known.refused,
                                       known.refused_since));
  }
}

// Most of thousands have not changed.
void Operator::ShowPolicy(const Shown& made, Known* known) {
  if (known->shown == made) return;
  StatusExtras extras;
  extras.generation = known->generation;
  extras.mark = made.mark;
  if (made.target) extras.instances = made.target->instances;
  nlohmann::json object = StatusObject(*made.policy, extras);
  if (!made.refused.empty()) {
    // The spec before goes on, and the newest one has been looked at.
    object["observedGeneration"] = made.object->generation;
    for (auto& condition : object["conditions"]) {
      if (condition["type"] != "Accepted") continue;
      condition["observedGeneration"] = made.object->generation;
      condition["status"] = "False";
      condition["reason"] = "Invalid";
      condition["message"] = made.refused;
    }
  }
  known->shown.reset();
  if (Tell(*made.object, object)) known->shown = made;
}

}  // namespace prewarm
