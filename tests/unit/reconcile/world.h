// A world in simulated time: targets whose instances take a while to answer and
// to warm up, and the controller that sees to them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/schedule/plan.h"
#include "warmup-controller/reconcile/controller.h"

namespace prewarm {

class HandClock : public Clock {
 public:
  SteadyTime Now() const override { return begin_ + since_; }
  WallTime WallNow() const override {
    return wall_ + std::chrono::duration_cast<WallTime::duration>(since_);
  }
  void Advance(SteadyTime::duration by) { since_ += by; }
  void StepWall(std::chrono::seconds by) { wall_ += by; }
  void Begin(Instant at) { wall_ = at; }

 private:
  const SteadyTime begin_ = SteadyTime() + std::chrono::hours(1);
  SteadyTime::duration since_{0};
  WallTime wall_;
};

// Instances exist as soon as they are asked for.
class FakeTarget : public Target {
 public:
  explicit FakeTarget(std::string name) : name_(std::move(name)) {}

  TargetView Observe() override {
    return {instances,
            trouble,
            std::exchange(news, {}),
            notes,
            std::exchange(writes, {}),
            /*hurried=*/false,
            unknown,
            standing};
  }
  Status Scale(int replicas,
               const std::vector<std::string>& dispensable) override {
    scaled.push_back(replicas);
    if (!scale_error.empty()) {
      return MakeError(ErrorCode::kUnavailable, scale_error);
    }
    while (static_cast<int>(instances.size()) < replicas) Start();
    for (const std::string& id : dispensable) {
      if (static_cast<int>(instances.size()) <= replicas) break;
      End(id);
    }
    while (static_cast<int>(instances.size()) > replicas) instances.pop_back();
    return Ok{};
  }
  Status Replace(const std::string& id) override {
    replaced.push_back(id);
    End(id);
    Start();
    return Ok{};
  }
  bool Idle() const override { return instances.empty() && !lingers; }
  void Tell(const std::vector<InstanceTold>& now) override { told = now; }
  void Rehearse(int replicas) override { rehearsed.push_back(replicas); }

  void Start() {
    const std::string id = name_ + "-" + std::to_string(started++);
    instances.push_back({id, {{"", "http://" + id}}, false});
  }
  void End(const std::string& id) {
    instances.erase(
        std::remove_if(instances.begin(), instances.end(),
                       [&](const InstanceSeen& one) { return one.id == id; }),
        instances.end());
  }

  std::vector<InstanceSeen> instances;
  std::vector<int> scaled;
  std::vector<int> rehearsed;
  bool unknown = false;
  int standing = 0;
  std::vector<std::string> replaced;
  std::string trouble;
  std::vector<std::string> news;
  std::vector<TargetNote> notes;
  std::vector<FloorWrite> writes;
  std::vector<InstanceTold> told;
  bool lingers = false;  // something of it has not ended yet
  std::string scale_error;
  int started = 0;

 private:
  std::string name_;
};

// What instances answer, by their URL's host, after some simulated time.
class FakeWarmer : public Warmer {
 public:
  explicit FakeWarmer(const Clock* clock) : clock_(clock) {}

  void WarmUp(const WarmupRequest& request, Warmed done) override {
    calls.push_back(request.url);
    ++under_way;
    most_at_once = std::max(most_at_once, under_way);
    const std::string host = HostOf(request.url);
    events_.emplace(
        clock_->Now() + warm_up_takes, [this, host, done = std::move(done)] {
          --under_way;
          if (broken.count(host) + broken.count("*") > 0) {
            done(MakeError(ErrorCode::kUnavailable, "it proved nothing"));
            return;
          }
          WarmupProof proof;
          proof.instance_id = "process-" + host + generation[host];
          proof.inference = inference;
          done(proof);
        });
  }
  void Look(const LookRequest& request, Seen done) override {
    const std::string& url = request.url;
    const std::string host = HostOf(url);
    const auto [first, is_new] = seen_.emplace(host, clock_->Now());
    looks.push_back(url);
    const bool answers = clock_->Now() >= first->second + answers_after &&
                         silent.count(host) == 0;
    if (!answers) {
      done(MakeError(ErrorCode::kUnavailable, "nobody answers"));
      return;
    }
    InstanceHealth health = healths[host];
    health.instance_id = "process-" + host + generation[host];
    if (health.state.empty()) health.ready = true;
    done(health);
  }

  SteadyTime NextEvent() const {
    return events_.empty() ? SteadyTime::max() : events_.begin()->first;
  }
  void Deliver() {
    while (!events_.empty() && events_.begin()->first <= clock_->Now()) {
      const auto act = std::move(events_.begin()->second);
      events_.erase(events_.begin());
      act();
    }
  }

  std::chrono::milliseconds answers_after{0};
  std::chrono::milliseconds warm_up_takes{0};
  std::chrono::milliseconds inference{0};
  std::map<std::string, int> broken;  // hosts that prove nothing; "*": all
  std::map<std::string, int> silent;
  std::map<std::string, std::string> generation;
  std::map<std::string, InstanceHealth> healths;
  std::vector<std::string> calls;
  std::vector<std::string> looks;
  int under_way = 0;
  int most_at_once = 0;

 private:
  static std::string HostOf(const std::string& url) {
    const std::size_t begin = url.find("//") + 2;
    return url.substr(begin, url.find('/', begin) - begin);
  }

  const Clock* clock_;
  std::map<std::string, SteadyTime> seen_;
  std::multimap<SteadyTime, std::function<void()>> events_;
};

// Notes of what the loop did, one line each.
class Notes : public LoopEvents {
 public:
  void OpeningJudged(const Policy& policy, const Judged& judged) override {
    punctuality.emplace_back(policy.name, judged.warm_before.count());
    missed += judged.opening.missed ? 1 : 0;
  }
  void Wrote(const TargetKey& target, int floor, const Status& done) override {
    if (done.ok()) writes.emplace_back(target.Short(), floor);
  }
  void WarmupEnded(const TargetKey& /*target*/, const WarmupEnd& end) override {
    (end.proof.ok() ? verified : refused) += 1;
    again += end.was_warm ? 1 : 0;
    last_took = end.took;
  }
  void TroubleChanged(const TargetKey& /*target*/,
                      const std::string& trouble) override {
    troubles.push_back(trouble);
  }
  void Noted(const TargetKey& /*target*/, const std::string& what) override {
    noted.push_back(what);
  }
  void FloorWritten(const TargetKey& target, const FloorWrite& write) override {
    written.push_back(target.Short() + " " + write.reason);
  }
  void Replaced(const TargetKey& /*target*/, const std::string& /*id*/,
                const std::string& why, const Status& /*done*/) override {
    replaced_why.push_back(why);
  }
  void CauseChanged(const Policy& /*policy*/, const FloorNow& floor) override {
    causes.emplace_back(CauseName(floor.cause));
  }

  std::vector<std::pair<std::string, std::int64_t>> punctuality;
  std::vector<std::pair<std::string, int>> writes;
  std::vector<std::string> causes;
  std::vector<std::string> troubles;
  std::vector<std::string> noted;
  std::vector<std::string> written;
  std::vector<std::string> replaced_why;
  std::chrono::milliseconds last_took{0};
  int verified = 0;
  int refused = 0;
  int again = 0;  // of instances that were warm
  int missed = 0;
};

class World {
 public:
  explicit World(Instant begin, ControllerOptions options = {}) {
    clock.Begin(begin);
    controller = std::make_unique<Controller>(
        ControllerParts{&warmer, &intents, &board, &notes, &clock, &outlooks},
        options);
  }

  // A policy for a target of its own name, in namespace "shop".
  static Policy PolicyNamed(const std::string& name) {
    Policy policy;
    policy.namespace_name = "shop";
    policy.name = name;
    policy.target = {"prewarm.dev/v1alpha1", "LocalProcess", name};
    policy.max_replicas = 10;
    policy.warmup.jitter = std::chrono::milliseconds(0);
    return policy;
  }
  FakeTarget& TargetNamed(const std::string& name) {
    auto& target = targets["shop/LocalProcess/" + name];
    if (!target) target = std::make_shared<FakeTarget>(name);
    return static_cast<FakeTarget&>(*target);
  }
  void Adopt(const std::vector<Policy>& policies) {
    std::vector<PolicySetup> setups;
    setups.reserve(policies.size());
    for (const Policy& policy : policies) {
      (void)TargetNamed(policy.target.name);
      setups.push_back({policy, {}, std::nullopt});
    }
    const Status adopted = controller->Adopt(std::move(setups), targets);
    ASSERT_TRUE(adopted.ok()) << adopted.error().message;
  }
  // Steps through all that happens until then.
  void RunUntil(Instant end) {
    while (Now() < end) {
      const SteadyTime next = Step();
      const auto left = std::chrono::duration_cast<SteadyTime::duration>(
          WallTime(end) - clock.WallNow());
      const auto wait = std::min(
          {next - clock.Now(), left, warmer.NextEvent() - clock.Now()});
      clock.Advance(
          std::max<SteadyTime::duration>(wait, std::chrono::milliseconds(0)));
      warmer.Deliver();
    }
    (void)Step();
  }
  void RunFor(std::chrono::seconds time) { RunUntil(Now() + time); }
  SteadyTime Step() {
    SteadyTime next = controller->Step();
    // What is due at once is done at once; a loop that never rests is an error.
    for (int i = 0; next <= clock.Now(); ++i) {
      warmer.Deliver();
      next = controller->Step();
      if (i > 1000) {
        ADD_FAILURE() << "the loop does not rest";
        break;
      }
    }
    ++steps;
    return next;
  }
  Instant Now() const {
    return std::chrono::floor<std::chrono::seconds>(clock.WallNow());
  }
  const PolicyStatus& StatusOf(const std::string& name) {
    status = board.Read();
    for (const auto& policy : status->policies) {
      if (policy->name == name) return *policy;
    }
    ADD_FAILURE() << "no status of " << name;
    static const PolicyStatus kNone;
    return kNone;
  }
  const TargetStatus& TargetStatusOf(const std::string& name) {
    status = board.Read();
    for (const auto& target : status->targets) {
      if (target->name == name) return *target;
    }
    ADD_FAILURE() << "no status of " << name;
    static const TargetStatus kNone;
    return kNone;
  }

  HandClock clock;
  FakeWarmer warmer{&clock};
  IntentTable intents;
  StatusBoard board;
  OutlookBoard outlooks;
  Notes notes;
  std::map<std::string, std::shared_ptr<Target>> targets;
  std::unique_ptr<Controller> controller;
  std::shared_ptr<const ControllerStatus> status;
  int steps = 0;
};

}  // namespace prewarm
