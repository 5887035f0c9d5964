#include "warmup-controller/commands/local.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <thread>
#include <utility>

#include "common/base/log.h"
#include "common/base/stop_signals.h"
#include "warmup-controller/commands/calendars.h"
#include "warmup-controller/commands/history_file.h"
#include "warmup-controller/commands/local_service.h"
#include "warmup-controller/commands/loop_reporter.h"
#include "warmup-controller/commands/policy_folder.h"
#include "warmup-controller/commands/show_status.h"
#include "warmup-controller/commands/wrap.h"
#include "warmup-controller/http_client/http_client.h"
#include "warmup-controller/reconcile/controller.h"
#include "warmup-controller/targets/local_targets.h"
#include "warmup-controller/targets/this_machine.h"
#include "warmup-controller/warmer/http_warmer.h"

namespace prewarm {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kNetworkThreads = 4;
constexpr seconds kFolderLook{2};
constexpr seconds kSaveEvery{30};
// Calendars are read for so long, and anew once a day.
constexpr int kCalendarDays = 400;
constexpr hours kCalendarsAnew{24};
// Beyond the longest stopTimeout, which is the targets' to keep.
constexpr std::chrono::minutes kLongestStop{11};
constexpr milliseconds kStopLook{50};

// What a folder declares, ready to be adopted.
struct Declared {
  std::vector<PolicySetup> setups;
  Declarations declarations;
};

Result<Declared> ReadAll(const std::vector<PolicyFile>& files,
                         const ConfigMapFiles& config_maps, Instant now) {
  Declared read;
  PREWARM_ASSIGN_OR_RETURN(read.declarations, ReadDeclarations(files));
  PREWARM_RETURN_IF_ERROR(CheckTargets(read.declarations));
  ResolveTargets(&read.declarations);
  std::string errors;
  for (const Policy& policy : read.declarations.policies) {
    const CivilDay today(policy.zone.MinuteAt(now));
    auto calendars = ReadCalendars(policy, config_maps, today - kCalendarDays,
                                   today + kCalendarDays);
    if (calendars.ok() && calendars->missing.empty()) {
      read.setups.push_back({policy, std::move(calendars->days), std::nullopt});
      continue;
    }
    if (!errors.empty()) errors += '\n';
    errors += calendars.ok() ? "calendar " + calendars->missing.front() +
                                   " is not known; name its file by --calendar"
                             : calendars.error().message;
  }
  if (errors.empty()) return read;
  return MakeError(ErrorCode::kInvalidArgument, errors, "policies");
}

class LocalRun {
 public:
  LocalRun(const LocalOptions& options, LocalSettings settings)
      : options_(options), settings_(std::move(settings)) {}

  // What is wrong with the state or the folder, before anything starts.
  Status Prepare() {
    PREWARM_ASSIGN_OR_RETURN(config_maps_, ConfigMapsOf(options_.calendars));
    PREWARM_ASSIGN_OR_RETURN(files_, ReadPolicyFolder(options_.policies));
    PREWARM_ASSIGN_OR_RETURN(first_, ReadAll(files_, config_maps_, Now()));
    if (options_.state.empty()) return Ok{};
    PREWARM_ASSIGN_OR_RETURN(lock_, HistoryLock::Take(options_.state));
    auto history = LoadHistory(options_.state);
    if (history.ok()) {
      history_ = std::move(history).value();
    } else if (history.error().code == ErrorCode::kCorrupt) {
      damage_ = history.error().message;
    } else {
      return history.error();
    }
    return Ok{};
  }
  std::size_t policies() const { return first_.setups.size(); }

  Status Run() {
    client_ = MakeHttpClient(kNetworkThreads);
    warmer_ = MakeHttpWarmer(
        client_.get(), {[token = settings_.admin_token] { return token; }});
    controller_ = std::make_unique<Controller>(
        ControllerParts{warmer_.get(), &intents_, &board_, &reporter_},
        ControllerOptions{});
    if (!damage_.empty()) Log(LogLevel::kError, "state", {{"error", damage_}});
    controller_->Remember(history_);
    PREWARM_ASSIGN_OR_RETURN(
        const std::unique_ptr<LocalService> service,
        LocalService::Start(
            options_, settings_,
            {&board_, &metrics_, &intents_, client_.get(), nullptr, nullptr}));
    PREWARM_RETURN_IF_ERROR(Adopt(std::move(first_)));
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
  static Instant Now() {
    return std::chrono::floor<seconds>(Clock::System().WallNow());
  }

  void Round() {
    const SteadyTime next = controller_->Step();
    show_.Show(clock_.Now());
    const SteadyTime now = clock_.Now();
    if (now - looked_ >= kFolderLook) FollowFolder(now);
    if (now - saved_ >= kSaveEvery) Save(now);
    controller_->inbox()->WaitUntil(std::min(next, now + kFolderLook));
  }

  void FollowFolder(SteadyTime now) {
    looked_ = now;
    auto files = ReadPolicyFolder(options_.policies);
    if (!files.ok()) {
      Refuse(files.error().message);
      return;
    }
    const bool same = SameFiles(*files, files_);
    if (same && now - read_ < kCalendarsAnew) {
      Refuse("");
      return;
    }
    auto read = ReadAll(*files, config_maps_, Now());
    if (!read.ok()) {
      Refuse(read.error().message);
      return;
    }
    const std::size_t count = read->setups.size();
    const Status adopted = Adopt(std::move(*read));
    if (!adopted.ok()) {
      Refuse(adopted.error().message);
      return;
    }
    files_ = std::move(*files);
    Refuse("");
    Log(LogLevel::kInfo, "policies_adopted",
        {{"policies", static_cast<std::int64_t>(count)}});
  }

  // Once for the same mistake; "": there is none.
  void Refuse(const std::string& errors) {
    if (errors == refused_) return;
    refused_ = errors;
    board_.SetRefused(errors);
    metrics_.SetRefused(!errors.empty());
    if (errors.empty()) return;
    Log(LogLevel::kError, "policies_refused", {{"errors", errors}});
  }

  Status Adopt(Declared declared) {
    read_ = clock_.Now();
    return controller_->Adopt(std::move(declared.setups),
                              targets_.Make(declared.declarations));
  }

  void Save(SteadyTime now) {
    saved_ = now;
    if (options_.state.empty()) return;
    const Status saved = SaveHistory(options_.state, controller_->Remembered());
    if (saved.ok()) return;
    Log(LogLevel::kError, "state", {{"error", saved.error().message}});
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
  ConfigMapFiles config_maps_;
  std::unique_ptr<HistoryLock> lock_;
  History history_;
  std::string damage_;  // of the state: it was set aside
  std::vector<PolicyFile> files_;
  Declared first_;
  std::string refused_;
  ThisMachine machine_;
  IntentTable intents_;
  StatusBoard board_;
  ControllerMetrics metrics_;
  LoopReporter reporter_{&metrics_};
  StatusShow show_{&board_, &intents_, &metrics_};
  LocalTargets targets_{&machine_, &clock_};
  std::unique_ptr<NetworkClient> client_;
  std::unique_ptr<Warmer> warmer_;
  std::unique_ptr<Controller> controller_;
  SteadyTime looked_ = clock_.Now();
  SteadyTime read_ = clock_.Now();
  SteadyTime saved_ = clock_.Now();
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
