#include "warmup-controller/commands/sidecar.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <limits>
#include <memory>
#include <thread>
#include <utility>

#include "common/base/log.h"
#include "common/base/stop_signals.h"
#include "warmup-controller/commands/loop_reporter.h"
#include "warmup-controller/commands/show_status.h"
#include "warmup-controller/commands/wrap.h"
#include "warmup-controller/http_client/http_client.h"
#include "warmup-controller/reconcile/controller.h"
#include "warmup-controller/report/find.h"
#include "warmup-controller/report/sidecar_metrics.h"
#include "warmup-controller/sidecar/endpoints.h"
#include "warmup-controller/sidecar/own_server.h"
#include "warmup-controller/sidecar/staging_worker.h"
#include "warmup-controller/warmer/http_warmer.h"

namespace prewarm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kSidecarThreads = 2;
constexpr seconds kAnswersDrain{2};

// Of the server beside this process. It never gives up: nobody else replaces
// what does not get warm.
Policy ProvingPolicy(const SidecarSettings& settings) {
  Policy policy;
  policy.namespace_name = OwnServer::kNamespace;
  policy.name = OwnServer::kName;
  policy.target = {"", "Server", OwnServer::kName};
  policy.only_proves = true;
  policy.warmup.timeout = settings.warmup_timeout;
  policy.warmup.reverify = settings.reverify;
  policy.warmup.jitter = milliseconds(0);
  policy.warmup.retries = std::numeric_limits<int>::max();
  return policy;
}

// A proof is the moment at which the server begins to keep what it has made.
class SidecarEvents : public LoopReporter {
 public:
  using LoopReporter::LoopReporter;
  std::function<void()> on_proof;

  void WarmupEnded(const TargetKey& target, const WarmupEnd& end) override {
    LoopReporter::WarmupEnded(target, end);
    if (end.proof.ok() && on_proof) on_proof();
  }
};

class SidecarRun {
 public:
  SidecarRun(SidecarSettings settings, bool publish)
      : settings_(std::move(settings)), publish_(publish) {}

  // False: a mount hangs, and with it a thread.
  Result<bool> Run() {
    client_ = MakeHttpClient(kSidecarThreads);
    warmer_ = MakeHttpWarmer(
        client_.get(), {[token = settings_.admin_token] { return token; }});
    controller_ = std::make_unique<Controller>(
        ControllerParts{warmer_.get(), &intents_, &board_, &events_},
        ControllerOptions{});
    PREWARM_RETURN_IF_ERROR(Listen());
    if (settings_.staging.from.empty()) {
      staged_ = true;
    } else {
      Stage();
    }
    std::thread watcher([this, inbox = controller_->inbox()] {
      while (StopSignals::Await() == 0) {
      }
      stopping_ = true;
      inbox->Wake();
    });
    while (!stopping_) PREWARM_RETURN_IF_ERROR(Round());
    watcher.join();
    return Stop();
  }

 private:
  Status Listen() {
    context_.status = [this] { return Look(); };
    context_.metrics = [this] {
      return metrics_.Text() + SidecarMetricsText(Numbers());
    };
    auto router = std::make_shared<http::Router>();
    AddSidecarEndpoints(&context_, router.get());
    http::ServerOptions options;
    options.host = settings_.listen.host;
    options.port = settings_.listen.port;
    options.threads = 1;
    options.limits.body_bytes = 0;
    options.routine_paths = {"/livez", "/startupz", "/readyz", "/status",
                             "/metrics"};
    auto started = http::Server::Start(options, router);
    if (!started.ok()) {
      return MakeError(started.error().code,
                       "--listen: " + started.error().message, "--listen");
    }
    service_ = std::move(started).value();
    Log(LogLevel::kInfo, "listening",
        {{"listener", "sidecar"}, {"port", service_->port()}});
    return Ok{};
  }

  void Stage() {
    staging_ = std::make_unique<Staging>(settings_.staging, Env::System(),
                                         &Clock::System(), &staging_board_);
    worker_ = std::make_unique<StagingWorker>(
        staging_.get(), &staging_board_, publish_,
        [this, inbox = controller_->inbox()] {
          staged_ = true;
          inbox->Wake();
        });
    events_.on_proof = [worker = worker_.get()] { worker->Proven(); };
  }

  // Before it is staged a server would only find out that it has no model, and
  // try again later and later.
  Status Round() {
    if (staged_ && !adopted_) {
      PolicySetup setup{ProvingPolicy(settings_), {}, std::nullopt};
      const std::string key = KeyOf(setup.policy).Full();
      PREWARM_RETURN_IF_ERROR(controller_->Adopt(
          {std::move(setup)}, {{key, std::make_shared<OwnServer>(
                                         settings_.server, settings_.admin)}}));
      adopted_ = true;
    }
    const SteadyTime next = controller_->Step();
    show_.Show(Clock::System().Now());
    controller_->inbox()->WaitUntil(next);
    return Ok{};
  }

  Result<bool> Stop() {
    Log(LogLevel::kInfo, "stopping", {});
    client_->CancelAll();
    controller_->LetGo();
    const bool ended =
        worker_ == nullptr || worker_->Stop(settings_.drain_timeout);
    (void)service_->Drain(kAnswersDrain);
    Log(ended ? LogLevel::kInfo : LogLevel::kWarning, "stopped",
        {{"volume_ended", ended}});
    return ended;
  }

  SidecarStatus Look() const {
    return {staging_board_.Read(),
            FindTarget(*board_.Read(), OwnServer::kNamespace, OwnServer::kName),
            stopping_};
  }

  SidecarNumbers Numbers() const {
    const SidecarStatus status = Look();
    const StagingStatus& staging = status.staging;
    return {CheckStaged(status).ok(),
            CheckWarm(status).ok(),
            staging.seconds,
            staging.bytes,
            staging.failures,
            staging.published_states,
            !staging.publish_error.empty()};
  }

  const SidecarSettings settings_;
  const bool publish_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> staged_{false};
  bool adopted_ = false;
  IntentTable intents_;
  StatusBoard board_;
  ControllerMetrics metrics_;
  SidecarEvents events_{&metrics_};
  StatusShow show_{&board_, &intents_, &metrics_};
  StagingBoard staging_board_;
  SidecarContext context_;
  std::unique_ptr<NetworkClient> client_;
  std::unique_ptr<Warmer> warmer_;
  std::unique_ptr<Controller> controller_;
  std::unique_ptr<Staging> staging_;
  std::unique_ptr<StagingWorker> worker_;
  std::unique_ptr<http::Server> service_;
};

}  // namespace

int Sidecar(const SidecarOptions& options, std::ostream& err) {
  constexpr int kUsage = 2;
  const StopSignals signals;
  InitLog(options.log_format == "json" ? LogFormat::kJson : LogFormat::kText,
          options.log_level == "debug" ? LogLevel::kDebug : LogLevel::kInfo);
  auto settings = ReadSidecarOptions(options);
  if (!settings.ok()) {
    err << Wrapped(settings.error().message);
    return kUsage;
  }
  SidecarRun run(std::move(settings).value(), options.publish);
  const auto done = run.Run();
  if (!done.ok()) {
    err << Wrapped(done.error().message);
    return 1;
  }
  if (!*done) {
    std::fflush(nullptr);
    _exit(1);  // nothing ends a thread that waits for a dead mount
  }
  return 0;
}

}  // namespace prewarm
