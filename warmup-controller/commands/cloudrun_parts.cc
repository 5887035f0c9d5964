#include "warmup-controller/commands/cloudrun_parts.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/base/log.h"
#include "warmup-controller/google/key_file_tokens.h"
#include "warmup-controller/google/metadata_server.h"
#include "warmup-controller/kube/chance.h"
#include "warmup-controller/warmer/http_warmer.h"

namespace prewarm {
namespace {

using std::chrono::seconds;

constexpr int kCloudThreads = 4;
// A pass does not wait for a proof that has not come for so long: an instance
// that still starts is seen by the next one.
constexpr seconds kSilence{60};

std::unique_ptr<google::TokenFetcher> FetcherOf(
    const CloudRunSettings& settings, HttpClient* client, const Clock* clock) {
  if (settings.key) {
    return std::make_unique<google::KeyFileTokens>(*settings.key, client,
                                                   clock);
  }
  return std::make_unique<google::MetadataServer>(settings.metadata_host,
                                                  client, clock);
}

}  // namespace

CloudRunParts::CloudRunParts(const CloudRunOptions& options,
                             const CloudRunSettings& settings)
    : options_(options),
      settings_(settings),
      client_(MakeHttpClient(kCloudThreads)),
      fetcher_(FetcherOf(settings, client_.get(), &clock_)),
      tokens_(fetcher_.get(), &clock_),
      api_(options.run_endpoint, &tokens_, client_.get(),
           [this](const std::string& verb, int status) {
             cloudrun_metrics_.ApiAnswered(verb, status);
           }),
      keys_(options.keys_endpoint, client_.get(), &clock_),
      callers_({options.reconcile_audience, options.reconcile_callers,
                options.reconcile_behind_iam},
               &keys_, &clock_),
      calls_(MakeHttpWarmer(
          client_.get(),
          {[token = settings.service.admin_token] { return token; }})),
      targets_({{settings.project, settings.location},
                {&api_, &clock_, kube::ByChance(), settings.look_every},
                {calls_.get(), &tokens_, &timer_, &clock_, nullptr},
                &warmer_,
                [this](const std::string& namespace_name,
                       const std::string& name, const std::string& outcome) {
                  cloudrun_metrics_.Sampled({namespace_name, name}, outcome);
                  log_.Sampled(outcome);
                }}),
      folder_(
          options.service.policies,
          [this](Declarations* declarations) { return Resolve(declarations); },
          &board_, &metrics_),
      adopt_([this](Declared declared) { return Adopt(std::move(declared)); }),
      kept_(options.service.state) {
  ControllerOptions controller;
  // Who comes every five minutes may come five minutes late.
  if (options.on_request) controller.failover = settings.step_every;
  controller_ = std::make_unique<Controller>(
      ControllerParts{&warmer_, &intents_, &board_, &log_, &clock_,
                      &dashboard_.outlooks},
      controller);
}

CloudRunParts::~CloudRunParts() {
  Rest();
  // Twice: an answer that came just now may have made another call.
  client_->CancelAll();
  client_->CancelAll();
  // It waits for what is on its way, which uses the rest.
  client_.reset();
}

Status CloudRunParts::Resolve(Declarations* declarations) const {
  PREWARM_RETURN_IF_ERROR(cloudrun::ResolveServices(
      {settings_.project, settings_.location}, declarations));
  for (Policy& policy : declarations->policies) {
    policy.dry_run = policy.dry_run || options_.dry_run;
    if (options_.on_request && policy.lead_time.mode == LeadTime::Mode::kAuto &&
        policy.lead_time.max <= settings_.step_every) {
      Log(LogLevel::kWarning, "lead_time",
          {{"namespace", policy.namespace_name},
           {"policy", policy.name},
           {"max_s", policy.lead_time.max.count()},
           {"step_every_s", settings_.step_every.count()},
           {"what",
            "--step-every is part of every lead and leaves no room below "
            "leadTime.max: windows will be late"}});
    }
  }
  return Ok{};
}

Status CloudRunParts::Adopt(Declared declared) {
  PREWARM_RETURN_IF_ERROR(controller_->Adopt(
      std::move(declared.setups), targets_.Make(declared.declarations)));
  // What is wanted again is not given back.
  abandoned_.erase(
      std::remove_if(abandoned_.begin(), abandoned_.end(),
                     [this](const auto& one) {
                       return std::any_of(
                           targets_.now().begin(), targets_.now().end(),
                           [&](const auto& other) {
                             return other->full_name() == one->full_name();
                           });
                     }),
      abandoned_.end());
  return Ok{};
}

Status CloudRunParts::Prepare() {
  PREWARM_RETURN_IF_ERROR(folder_.Prepare(options_.service.calendars));
  return options_.service.check ? kept_.Check() : kept_.Load();
}

Status CloudRunParts::Begin() {
  if (!kept_.damage().empty()) {
    Log(LogLevel::kError, "state", {{"error", kept_.damage()}});
  }
  const History& history = kept_.history();
  controller_->Remember(history);
  dashboard_.record.Remember(history.record);
  PREWARM_RETURN_IF_ERROR(folder_.AdoptFirst(adopt_));
  if (options_.dry_run) return Ok{};
  std::vector<std::string> keys;
  std::set<std::string> policies;
  for (const auto& [key, target] : history.targets) keys.push_back(key);
  for (const auto& [key, policy] : history.policies) policies.insert(key);
  abandoned_ = targets_.Abandoned(keys, policies);
  return Ok{};
}

SteadyTime CloudRunParts::Round() {
  SteadyTime next = controller_->Step();
  SeeAbandoned();
  show_.Show(clock_.Now());
  return next;
}

void CloudRunParts::SeeAbandoned() {
  for (const auto& one : abandoned_) {
    for (const FloorWrite& write : one->Observe().writes) {
      log_.FloorWritten({"", "CloudRunService", one->full_name()}, write);
    }
  }
  abandoned_.erase(std::remove_if(abandoned_.begin(), abandoned_.end(),
                                  [](const auto& one) { return one->Idle(); }),
                   abandoned_.end());
}

void CloudRunParts::SaveIfDue() {
  if (kept_.IsDue(clock_.Now())) Save();
}

void CloudRunParts::Save() {
  History history = controller_->Remembered();
  history.record = dashboard_.record.Remembered();
  kept_.Save(std::move(history), clock_.Now());
}

void CloudRunParts::Rest() {
  for (const auto& target : targets_.now()) target->samples()->Rest();
}

void CloudRunParts::GoOn() {
  for (const auto& target : targets_.now()) target->samples()->GoOn();
}

void CloudRunParts::LookAnew() {
  for (const auto& target : targets_.now()) target->LookAnew();
  for (const auto& target : abandoned_) target->LookAnew();
}

bool CloudRunParts::IsQuiet() const {
  const auto quiet = [this](const auto& target) {
    if (target->IsHopeless()) return true;
    if (!target->IsSettled()) return false;
    const cloudrun::SampleReport report = target->samples()->Report();
    const bool proven = report.seen == report.places && report.waiting == 0;
    return proven || clock_.Now() - report.news > kSilence;
  };
  return std::all_of(targets_.now().begin(), targets_.now().end(), quiet) &&
         std::all_of(abandoned_.begin(), abandoned_.end(), quiet);
}

bool CloudRunParts::IsHopeless() const {
  return std::any_of(targets_.now().begin(), targets_.now().end(),
                     [](const auto& target) { return target->IsHopeless(); });
}

void CloudRunParts::GiveBack() { controller_->LetGo(); }

bool CloudRunParts::IsGone() {
  SeeAbandoned();
  return controller_->IsGone() && abandoned_.empty();
}

std::string CloudRunParts::Trouble() const {
  for (const auto* all : {&targets_.now(), &abandoned_}) {
    for (const auto& target : *all) {
      if (!target->trouble().empty()) return target->trouble();
    }
  }
  return "";
}

}  // namespace prewarm
