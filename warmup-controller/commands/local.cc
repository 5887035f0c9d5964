#include "warmup-controller/commands/local.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>
#include <utility>

#include "common/base/log.h"
#include "common/base/stop_signals.h"
#include "warmup-controller/commands/followed_folder.h"
#include "warmup-controller/commands/kept_history.h"
#include "warmup-controller/commands/local_service.h"
#include "warmup-controller/commands/loop_reporter.h"
#include "warmup-controller/commands/show_status.h"
#include "warmup-controller/commands/wrap.h"
#include "warmup-controller/http_client/http_client.h"
#include "warmup-controller/reconcile/controller.h"
#include "warmup-controller/targets/local_needs.h"
#include "warmup-controller/targets/local_targets.h"
#include "warmup-controller/targets/this_machine.h"
#include "warmup-controller/warmer/http_warmer.h"

namespace prewarm {
namespace {

using std::chrono::milliseconds;

constexpr int kLocalThreads = 4;
// Beyond the longest stopTimeout, which is the targets' to keep.
constexpr std::chrono::minutes kLongestStop{11};
constexpr milliseconds kStopLook{50};

Status ResolveLocally(Declarations* declarations) {
  PREWARM_RETURN_IF_ERROR(CheckTargets(*declarations));
  ResolveTargets(declarations);
  return Ok{};
}

class LocalRun {
 public:
  LocalRun(const LocalOptions& options, LocalSettings settings)
      : options_(options), settings_(std::move(settings)) {}

  // What is wrong with the state or the folder, before anything starts.
  Status Prepare() {
    PREWARM_RETURN_IF_ERROR(folder_.Prepare(options_.calendars));
    return options_.check ? kept_.Check() : kept_.Load();
  }
  std::size_t policies() const { return folder_.first().setups.size(); }
  // A line for each thing that a declared process needs and lacks.
  std::string Missing() const {
    const char* const path = std::getenv("PATH");
    std::string lines;
    for (const LocalProcess& one :
         folder_.first().declarations.local_processes) {
      for (const std::string& missing :
           MissingFor(FromItsFolder(one), path == nullptr ? "" : path)) {
        if (!lines.empty()) lines += '\n';
        lines += one.source + ": LocalProcess " + one.namespace_name + "/" +
                 one.name + ": " + missing;
      }
    }
    return lines;
  }

  Status Run() {
    client_ = MakeHttpClient(kLocalThreads);
    warmer_ = MakeHttpWarmer(
        client_.get(), {[token = settings_.admin_token] { return token; }});
    controller_ = std::make_unique<Controller>(
        ControllerParts{warmer_.get(), &intents_, &board_, &reporter_, &clock_,
                        &dashboard_.outlooks},
        ControllerOptions{});
    if (!kept_.damage().empty()) {
      Log(LogLevel::kError, "state", {{"error", kept_.damage()}});
    }
    controller_->Remember(kept_.history());
    dashboard_.record.Remember(kept_.history().record);
    LocalParts parts{&board_,       &metrics_, &intents_,
                     client_.get(), nullptr,   nullptr};
    parts.dashboard = &dashboard_;
    PREWARM_ASSIGN_OR_RETURN(const std::unique_ptr<LocalService> service,
                             LocalService::Start(options_, settings_, parts));
    PREWARM_RETURN_IF_ERROR(folder_.AdoptFirst(adopt_));
    std::atomic<bool> stopped{false};
    std::thread watcher([&stopped, inbox = controller_->inbox()] {
      while (StopSignals::Await() == 0) {
      }
      stopped = true;
      inbox->Wake();
    });
    while (!stopped) Round();
    watcher.join();
    Log(LogLevel::kInfo, "stopping", {});
    service->Drain();
    Stop();
    Log(LogLevel::kInfo, "stopped", {});
    return Ok{};
  }

 private:
  void Round() {
    const SteadyTime next = controller_->Step();
    show_.Show(clock_.Now());
    const SteadyTime now = clock_.Now();
    folder_.Follow(now, adopt_);
    if (kept_.IsDue(now)) Save(now);
    controller_->inbox()->WaitUntil(std::min(next, now + kFolderLook));
  }

  void Save(SteadyTime now) {
    History history = controller_->Remembered();
    history.record = dashboard_.record.Remembered();
    kept_.Save(std::move(history), now);
  }

  Status Adopt(Declared declared) {
    return controller_->Adopt(std::move(declared.setups),
                              targets_.Make(declared.declarations));
  }

  void Stop() {
    Save(clock_.Now());
    client_->CancelAll();
    controller_->LetGo();
    const SteadyTime deadline = clock_.Now() + kLongestStop;
    while (!controller_->IsGone() && clock_.Now() < deadline) {
      // Nothing tells of a child's end.
      controller_->inbox()->WaitUntil(clock_.Now() + kStopLook);
      (void)controller_->inbox()->Take();
    }
  }

  const LocalOptions& options_;
  const LocalSettings settings_;
  const Clock& clock_ = Clock::System();
  ThisMachine machine_;
  IntentTable intents_;
  StatusBoard board_;
  ControllerMetrics metrics_;
  DashboardData dashboard_;
  LoopReporter reporter_{&metrics_, &dashboard_.record};
  StatusShow show_{&board_, &intents_, &metrics_, &dashboard_.record};
  FollowedFolder folder_{options_.policies, ResolveLocally, &board_, &metrics_};
  const FollowedFolder::Adopt adopt_ = [this](Declared declared) {
    return Adopt(std::move(declared));
  };
  KeptHistory kept_{options_.state};
  LocalTargets targets_{&machine_, &clock_};
  std::unique_ptr<NetworkClient> client_;
  std::unique_ptr<Warmer> warmer_;
  std::unique_ptr<Controller> controller_;
};

}  // namespace

int Local(const LocalOptions& options, std::ostream& out, std::ostream& err) {
  constexpr int kUsage = 2;
  const StopSignals signals;
  const bool json = options.log_format == "json";
  InitLog(json ? LogFormat::kJson : LogFormat::kText,
          options.log_level == "debug" ? LogLevel::kDebug : LogLevel::kInfo);
  const auto fail = [&](const Error& error, int status) {
    // Who reads the log as JSON reads all of it so.
    if (json && !options.check) {
      Log(LogLevel::kError, "not_started", {{"errors", error.message}});
    } else {
      err << Wrapped(error.message);
    }
    return status;
  };
  auto settings = ReadOptions(options);
  if (!settings.ok()) return fail(settings.error(), kUsage);
  LocalRun run(options, std::move(settings).value());
  const Status ready = run.Prepare();
  if (!ready.ok()) {
    return fail(ready.error(), ready.error().field == "--state" ? kUsage : 1);
  }
  const std::string missing = run.Missing();
  if (options.check && !missing.empty()) {
    return fail(MakeError(ErrorCode::kNotFound, missing), 1);
  }
  // Perhaps it is there by the time that it is needed.
  if (!missing.empty()) {
    Log(LogLevel::kWarning, "local_needs_missing", {{"error", missing}});
  }
  if (options.check) {
    out << "ok: " << run.policies()
        << (run.policies() == 1 ? " policy" : " policies") << ", and a target "
        << "for each\n";
    return 0;
  }
  const Status done = run.Run();
  return done.ok() ? 0 : fail(done.error(), 1);
}

}  // namespace prewarm
