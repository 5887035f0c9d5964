#include "warmup-controller/commands/run.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>
#include <utility>

#include "common/base/log.h"
#include "common/base/stop_signal.h"
#include "common/base/stop_signals.h"
#include "warmup-controller/commands/exit_deadline.h"
#include "warmup-controller/commands/local_service.h"
#include "warmup-controller/commands/loop_reporter.h"
#include "warmup-controller/commands/show_status.h"
#include "warmup-controller/commands/token_namespaces.h"
#include "warmup-controller/commands/wrap.h"
#include "warmup-controller/kube/api_client.h"
#include "warmup-controller/kube/discovery.h"
#include "warmup-controller/kube/leader_election.h"
#include "warmup-controller/operate/operator.h"
#include "warmup-controller/warmer/http_warmer.h"

namespace prewarm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kNetworkThreads = 8;
constexpr seconds kSync{60};
constexpr milliseconds kStandby{500};
// Of a loop that still does something when the lease is lost: who leads next
// must not meet it.
constexpr seconds kHang{5};
// A standby is alive, too.
constexpr seconds kPublish{10};

std::string OrVariable(const std::string& value, const char* name) {
  if (!value.empty()) return value;
  const char* const set = std::getenv(name);
  return set == nullptr ? "" : set;
}

std::string HostName() {
  char name[256] = "";
  (void)gethostname(name, sizeof name - 1);
  return name;
}

class ClusterRun {
 public:
  ClusterRun(const RunOptions& options, LocalSettings settings,
             kube::Access access)
      : options_(options),
        settings_(std::move(settings)),
        access_(std::move(access)),
        gate_({options.qps, options.burst}, &stop_) {}

  Status Run() {
    PREWARM_ASSIGN_OR_RETURN(
        api_network_, MakeHttpClient(kNetworkThreads, access_.connection));
    instances_ = MakeHttpClient(kNetworkThreads);
    api_ = std::make_unique<kube::ApiClient>(
        access_, api_network_.get(), api_network_.get(), &gate_, clock_,
        [this](const kube::CallName& call, int status) {
          operator_metrics_.ApiAnswered(call.verb, call.resource, status);
        });
    warmer_ = MakeHttpWarmer(
        instances_.get(),
        {[token = settings_.admin_token] { return token; },
         [trusted = TokenNamespaces(options_, access_.namespace_name)](
             const WarmupRequest& request) {
           return GetsToken(trusted, request.target);
         },
         kTokenWithheld});
    PREWARM_RETURN_IF_ERROR(MakeOperator());
    MakeElection();
    Publish();
    LocalParts parts{&board_,          &metrics_, &intents_,
                     instances_.get(), nullptr,   nullptr};
    parts.leader = [this] { return LeaderUrl(); };
    parts.dashboard = &dashboard_;
    parts.stands_by = [this] { return !leads_; };
    parts.more_metrics = [this] { return operator_metrics_.Text(); };
    PREWARM_ASSIGN_OR_RETURN(
        const std::unique_ptr<LocalService> service,
        LocalService::Start(options_.service, settings_, parts));
    std::thread watcher([this] {
      while (StopSignals::Await() == 0 && !done_) {
      }
      stopped_ = true;
      operator_->inbox()->Wake();
    });
    Status ended = Follow();
    done_ = true;
    StopSignals::Wake();
    watcher.join();
    Log(LogLevel::kInfo, "stopping", {});
    // While it still leads: the next one reads it before its first step.
    if (ended.ok() && election_->leads()) operator_->Save();
    service->Drain();
    // Before the calls are cancelled: another may lead at once.
    election_->Stop();
    stop_.Stop();
    api_network_->CancelAll();
    instances_->CancelAll();
    operator_.reset();
    Log(LogLevel::kInfo, "stopped", {});
    return ended;
  }

 private:
  Status MakeOperator() {
    OperatorOptions options;
    options.cluster.namespace_name = options_.all_namespaces ? "" : Namespace();
    auto keda = kube::FindResource(api_.get(), "keda.sh", "scaledobjects",
                                   {"v1alpha1"});
    PREWARM_RETURN_IF_ERROR(keda);
    if (*keda) options.cluster.scaled_objects = (*keda)->type;
    options.controller.writes = {options_.qps, options_.burst};
    options.instance = PodName();
    options.state_namespace = LeaseNamespace();
    options.state_name = options_.lease + "-state";
    options.election = times_;
    operator_ = std::make_unique<Operator>(
        OperatorParts{api_.get(),
                      &operator_metrics_,
                      {warmer_.get(), &intents_, &board_, &reporter_, &clock_,
                       &dashboard_.outlooks},
                      &dashboard_.record},
        options);
    operator_->Start();
    return operator_->WaitUntilSynced(kSync);
  }

  std::string Namespace() const {
    return options_.namespace_name.empty() ? access_.namespace_name
                                           : options_.namespace_name;
  }

  std::string LeaseNamespace() const {
    return options_.lease_namespace.empty() ? access_.namespace_name
                                            : options_.lease_namespace;
  }

  std::string PodName() const {
    const std::string pod = OrVariable(options_.pod_name, "POD_NAME");
    return pod.empty() ? HostName() : pod;
  }

  void MakeElection() {
    const std::string ip = OrVariable(options_.pod_ip, "POD_IP");
    const int port = settings_.public_listen.value_or(settings_.listen).port;
    kube::ElectionOptions election;
    election.namespace_name = LeaseNamespace();
    election.name = options_.lease;
    election.times = times_;
    election.id =
        HolderId(PodName(), ip.empty() ? "" : ip + ":" + std::to_string(port));
    election.on_elected = [this, id = election.id] {
      Log(LogLevel::kInfo, "leading", {{"id", id}});
      leads_ = true;
      operator_metrics_.SetLeader(true);
      operator_->inbox()->Wake();
    };
    election.on_lost = [this] { Lost(); };
    election_ = std::make_unique<kube::LeaderElection>(
        api_.get(), std::move(election), clock_);
    election_->Start();
  }

  // On the election's thread, whatever the loop does: what waits for its turn
  // is written no more, and what the loop waits for ends.
  void Lost() {
    leads_ = false;
    operator_metrics_.SetLeader(false);
    stop_.Stop();
    if (done_) return;
    Log(LogLevel::kError, "lease_lost", {});
    deadline_.Arm(kHang);
    api_network_->CancelAll();
    lost_ = true;
    operator_->inbox()->Wake();
  }

  // The loop, as long as it leads.
  Status Follow() {
    while (!stopped_ && !lost_) {
      if (leads_ && election_->leads()) {
        const SteadyTime next = operator_->Step();
        show_.Show(clock_.Now());
        metrics_.SetRefused(operator_->refuses());
        operator_->inbox()->WaitUntil(next);
        continue;
      }
      Publish();
      operator_->inbox()->WaitUntil(clock_.Now() + kStandby);
      (void)operator_->inbox()->Take();
    }
    deadline_.Disarm();
    if (stopped_) return Ok{};
    AwaitRelease();
    if (stopped_) return Ok{};
    return MakeError(ErrorCode::kUnavailable,
                     "the lease was lost: another controller leads; this one "
                     "begins anew");
  }

  // A release may run in this very container, and would end with it.
  void AwaitRelease() {
    while (!stopped_ && election_->holder().rfind(kReleaseHolder, 0) == 0) {
      Publish();
      operator_->inbox()->WaitUntil(clock_.Now() + kStandby);
      (void)operator_->inbox()->Take();
    }
  }

  // Of one that does not lead: an empty status, so that its probes say that it
  // is well.
  void Publish() {
    const SteadyTime now = clock_.Now();
    if (published_ && now - *published_ < kPublish) return;
    published_ = now;
    auto status = std::make_shared<ControllerStatus>();
    status->at = std::chrono::floor<seconds>(clock_.WallNow());
    board_.Publish(std::move(status), now);
  }

  std::string LeaderUrl() const {
    return election_->leads() ? "" : UrlOfHolder(election_->holder());
  }

  const RunOptions& options_;
  const LocalSettings settings_;
  const kube::Access access_;
  const Clock& clock_ = Clock::System();
  const kube::LeaderTimes times_;
  ExitDeadline deadline_;
  StopSignal stop_;  // of writes
  kube::RateGate gate_;
  IntentTable intents_;
  StatusBoard board_;
  ControllerMetrics metrics_;
  OperatorMetrics operator_metrics_;
  DashboardData dashboard_;
  LoopReporter reporter_{&metrics_, &dashboard_.record};
  std::unique_ptr<NetworkClient> api_network_;
  std::unique_ptr<NetworkClient> instances_;
  std::unique_ptr<kube::ApiClient> api_;
  std::unique_ptr<Warmer> warmer_;
  std::unique_ptr<Operator> operator_;
  std::unique_ptr<kube::LeaderElection> election_;
  StatusShow show_{&board_, &intents_, &metrics_, &dashboard_.record};
  std::optional<SteadyTime> published_;
  std::atomic<bool> stopped_{false};
  std::atomic<bool> done_{false};
  std::atomic<bool> leads_{false};
  std::atomic<bool> lost_{false};
};

}  // namespace

int Run(const RunOptions& options, std::ostream& err) {
  constexpr int kUsage = 2;
  const StopSignals signals;
  const bool json = options.service.log_format == "json";
  InitLog(json ? LogFormat::kJson : LogFormat::kText,
          options.service.log_level == "debug" ? LogLevel::kDebug
                                               : LogLevel::kInfo);
  const auto fail = [&](const Error& error, int status) {
    if (json) {
      Log(LogLevel::kError, "not_started", {{"errors", error.message}});
    } else {
      err << Wrapped(error.message);
    }
    return status;
  };
  auto settings = ReadOptions(options.service);
  if (!settings.ok()) return fail(settings.error(), kUsage);
  auto access = AccessOf(options);
  if (!access.ok()) return fail(access.error(), kUsage);
  ClusterRun run(options, std::move(settings).value(),
                 std::move(access).value());
  const Status done = run.Run();
  return done.ok() ? 0 : fail(done.error(), 1);
}

}  // namespace prewarm
