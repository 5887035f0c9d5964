#include "warmup-controller/commands/cloudrun.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>
#include <utility>

#include "common/base/log.h"
#include "common/base/stop_signals.h"
#include "warmup-controller/commands/cloudrun_parts.h"
#include "warmup-controller/commands/local_service.h"
#include "warmup-controller/commands/step_desk.h"
#include "warmup-controller/commands/wrap.h"

namespace prewarm {
namespace {

// A service that can't be written to is given up after so long.
constexpr std::chrono::minutes kLongestGiveBack{5};
constexpr std::chrono::milliseconds kGiveBackLook{100};

std::string VariableOf(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

class CloudRunLoop {
 public:
  CloudRunLoop(const CloudRunOptions& options, const CloudRunSettings& settings,
               CloudRunParts* parts)
      : options_(options), settings_(settings), parts_(parts) {}

  Status Run() {
    PREWARM_RETURN_IF_ERROR(parts_->Begin());
    LocalParts served{parts_->board(),  parts_->metrics(), parts_->intents(),
                      parts_->client(), nullptr,           nullptr};
    served.dashboard = parts_->dashboard();
    served.more_metrics = [this] { return parts_->cloudrun_metrics()->Text(); };
    if (options_.on_request) {
      served.reconcile = [this](StepDesk::Done done) {
        desk_.Ask(std::move(done));
      };
      served.check_caller = [this](const std::string& authorization,
                                   const google::CallerCheck::Done& done) {
        parts_->callers()->Check(authorization, done);
      };
    }
    PREWARM_ASSIGN_OR_RETURN(
        const std::unique_ptr<LocalService> service,
        LocalService::Start(options_.service, settings_.service, served));
    std::thread watcher([this] {
      while (StopSignals::Await() == 0) {
      }
      stopped_ = true;
      desk_.Close();
      parts_->inbox()->Wake();
    });
    options_.on_request ? ServeSteps() : GoRound();
    watcher.join();
    Log(LogLevel::kInfo, "stopping", {});
    service->Drain();
    parts_->Save();
    Log(LogLevel::kInfo, "stopped", {});
    return Ok{};
  }

 private:
  void GoRound() {
    while (!stopped_) {
      const SteadyTime next = parts_->Round();
      parts_->FollowFolder();
      parts_->SaveIfDue();
      parts_->inbox()->WaitUntil(std::min(next, clock_.Now() + kFolderLook));
    }
  }

  void ServeSteps() {
    // Between two passes nothing runs: Cloud Run may take the CPU away.
    parts_->Rest();
    while (desk_.Await()) desk_.Answer(Step());
  }

  std::string Step() {
    const SteadyTime began = clock_.Now();
    const SteadyTime deadline = began + settings_.step_bound;
    StepReport report;
    report.at = std::chrono::floor<std::chrono::seconds>(clock_.WallNow());
    parts_->LookAtFolder();
    parts_->LookAnew();
    parts_->GoOn();
    while (!stopped_) {
      const SteadyTime next = parts_->Round();
      report.complete = parts_->IsQuiet();
      const SteadyTime now = clock_.Now();
      if (report.complete || now >= deadline) break;
      parts_->inbox()->WaitUntil(std::min(next, deadline));
    }
    parts_->Rest();
    parts_->Save();
    report.complete = report.complete && !parts_->IsHopeless();
    parts_->log()->Take(&report);
    report.refused = parts_->board()->refused();
    report.took = std::chrono::duration_cast<std::chrono::milliseconds>(
        clock_.Now() - began);
    parts_->cloudrun_metrics()->Stepped(
        std::chrono::duration<double>(report.took).count(), report.complete);
    Log(LogLevel::kInfo, "step",
        {{"took_ms", report.took.count()}, {"complete", report.complete}});
    return StepJson(report, *parts_->board()->Read());
  }

  const CloudRunOptions& options_;
  const CloudRunSettings& settings_;
  CloudRunParts* const parts_;
  const Clock& clock_ = Clock::System();
  StepDesk desk_;
  std::atomic<bool> stopped_{false};
};

// Until everything is given back, or `stopped`; says why it takes long.
Status GiveBackUntil(const std::atomic<bool>& stopped, CloudRunParts* parts) {
  const Clock& clock = Clock::System();
  const SteadyTime deadline = clock.Now() + kLongestGiveBack;
  std::string told;
  while (!parts->IsGone()) {
    const std::string trouble = parts->Trouble();
    if (parts->IsHopeless() || stopped || clock.Now() >= deadline) {
      return MakeError(ErrorCode::kUnavailable,
                       "not everything was given back: " +
                           (stopped ? "stopped; " + trouble : trouble));
    }
    if (!trouble.empty() && trouble != told) {
      told = trouble;
      Log(LogLevel::kWarning, "give_back_waits",
          {{"trouble", trouble},
           {"gives_up_after_s",
            std::chrono::seconds(kLongestGiveBack).count()}});
    }
    parts->inbox()->WaitUntil(clock.Now() + kGiveBackLook);
    (void)parts->inbox()->Take();
  }
  return Ok{};
}

Status GiveBackAll(CloudRunParts* parts) {
  PREWARM_RETURN_IF_ERROR(parts->Begin());
  parts->GiveBack();
  std::atomic<bool> stopped{false};
  std::atomic<bool> over{false};
  std::thread watcher([&stopped, &over, parts] {
    while (StopSignals::Await() == 0) {
      if (over) return;
    }
    stopped = true;
    parts->inbox()->Wake();
  });
  Status done = GiveBackUntil(stopped, parts);
  over = true;
  StopSignals::Wake();
  watcher.join();
  return done;
}

}  // namespace

int CloudRun(const CloudRunOptions& options, std::ostream& out,
             std::ostream& err) {
  constexpr int kUsage = 2;
  const StopSignals signals;
  const bool json = options.service.log_format == "json";
  InitLog(json ? LogFormat::kJson : LogFormat::kText,
          options.service.log_level == "debug" ? LogLevel::kDebug
                                               : LogLevel::kInfo);
  const auto fail = [&](const Error& error, int status) {
    // Who reads the log as JSON reads all of it so.
    if (json && !options.service.check) {
      Log(LogLevel::kError, "not_started", {{"errors", error.message}});
    } else {
      err << Wrapped(error.message);
    }
    return status;
  };
  const auto settings = ReadCloudRunOptions(options, VariableOf);
  if (!settings.ok()) return fail(settings.error(), kUsage);
  CloudRunParts parts(options, *settings);
  const Status ready = parts.Prepare();
  if (!ready.ok()) {
    return fail(ready.error(), ready.error().field == "--state" ? kUsage : 1);
  }
  if (options.service.check) {
    out << "ok: " << parts.policies()
        << (parts.policies() == 1 ? " policy\n" : " policies\n");
    return 0;
  }
  const Status done = options.give_back
                          ? GiveBackAll(&parts)
                          : CloudRunLoop(options, *settings, &parts).Run();
  return done.ok() ? 0 : fail(done.error(), 1);
}

}  // namespace prewarm
