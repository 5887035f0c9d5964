#include "warmup-controller/commands/loop_reporter.h"

#include "common/base/log.h"
#include "warmup-controller/calendar/instant_text.h"
#include "warmup-controller/reconcile/status_of.h"

namespace prewarm {
namespace {

std::string NameOf(const Policy& policy) {
  return policy.namespace_name + "/" + policy.name;
}

std::string Outcome(const Result<WarmupProof>& proof) {
  if (proof.ok()) return "verified";
  switch (proof.error().code) {
    case ErrorCode::kDeadlineExceeded:
      return "timeout";
    case ErrorCode::kUnavailable:
      return "unreachable";
    case ErrorCode::kUnauthorized:
    case ErrorCode::kForbidden:
      return "unauthorized";
    case ErrorCode::kCancelled:
      return "cancelled";
    default:
      return "refused";
  }
}

double Seconds(std::chrono::microseconds time) {
  return std::chrono::duration<double>(time).count();
}

Instant ThisSecond() {
  return std::chrono::floor<std::chrono::seconds>(Clock::System().WallNow());
}

WarmupRecord RecordOf(const WarmupEnd& end) {
  WarmupRecord record;
  record.ended = ThisSecond();
  record.took = end.took;
  record.instance = end.instance;
  record.verified = end.proof.ok();
  record.already_warm = end.proof.ok() && end.proof->already_warm;
  if (!end.proof.ok()) record.error = end.proof.error().message;
  return record;
}

}  // namespace

void LoopReporter::CauseChanged(const Policy& policy, const FloorNow& floor) {
  Log(LogLevel::kInfo, "cause_changed",
      {{"policy", NameOf(policy)},
       {"cause", CauseName(floor.cause)},
       {"floor", floor.floor},
       {"reason", FloorReason(policy, floor)}});
}

void LoopReporter::WarmupEnded(const TargetKey& target, const WarmupEnd& end) {
  const Result<WarmupProof>& proof = end.proof;
  metrics_->WarmupDone({target.namespace_name, target.name}, Outcome(proof),
                       Seconds(end.took));
  // One that was warm and still is, is no news.
  if (record_ != nullptr && !(end.was_warm && proof.ok())) {
    record_->Warmed(target.Full(), RecordOf(end));
  }
  if (proof.ok()) {
    Log(LogLevel::kInfo, "warmup",
        {{"instance", end.instance},
         {"outcome", "verified"},
         {"took_ms", end.took.count()},
         {"already_warm", proof->already_warm}});
    return;
  }
  Log(LogLevel::kWarning, "warmup",
      {{"instance", end.instance},
       {"outcome", Outcome(proof)},
       {"took_ms", end.took.count()},
       {"error", proof.error().message}});
}

void LoopReporter::Replaced(const TargetKey& target,
                            const std::string& instance, const std::string& why,
                            const Status& done) {
  Log(LogLevel::kWarning, "replaced",
      {{"target", target.Full()},
       {"instance", instance},
       {"why", why},
       {"error", done.ok() ? "" : done.error().message}});
}

void LoopReporter::TroubleChanged(const TargetKey& target,
                                  const std::string& trouble) {
  if (trouble.empty()) {
    Log(LogLevel::kInfo, "trouble_over", {{"target", target.Full()}});
    return;
  }
  metrics_->Trouble({target.namespace_name, target.name});
  Log(LogLevel::kWarning, "trouble",
      {{"target", target.Full()}, {"trouble", trouble}});
}

void LoopReporter::Noted(const TargetKey& target, const std::string& what) {
  Log(LogLevel::kWarning, "target",
      {{"target", target.Full()}, {"what", what}});
}

void LoopReporter::Wrote(const TargetKey& target, int floor,
                         const Status& done) {
  metrics_->Wrote({target.namespace_name, target.name}, done.ok());
  if (done.ok()) {
    Log(LogLevel::kInfo, "scaled",
        {{"target", target.Full()}, {"floor", floor}});
    return;
  }
  Log(LogLevel::kError, "scaled",
      {{"target", target.Full()},
       {"floor", floor},
       {"error", done.error().message}});
}

void LoopReporter::FloorWritten(const TargetKey& target,
                                const FloorWrite& write) {
  Log(LogLevel::kInfo, "floor_written",
      {{"target", target.Full()},
       {"reason", write.reason},
       {"what", write.message}});
}

void LoopReporter::OpeningJudged(const Policy& policy, const Judged& judged) {
  const Opening& opening = judged.opening;
  const OpeningStatus told{opening.due, opening.asked, opening.warm_at,
                           judged.warm_before, opening.missed};
  metrics_->OpeningJudged({policy.namespace_name, policy.name}, told);
  if (record_ != nullptr) record_->Judged(NameOf(policy), told, ThisSecond());
  const bool in_time = judged.warm_before.count() >= 0;
  Log(in_time ? LogLevel::kInfo : LogLevel::kWarning, "opening",
      {{"policy", NameOf(policy)},
       {"due", DateAndTime(opening.due)},
       {"asked", opening.asked},
       {"warm_before_s", static_cast<std::int64_t>(judged.warm_before.count())},
       {"missed", opening.missed}});
}

void LoopReporter::Stepped(std::chrono::microseconds took,
                           std::size_t decisions, std::size_t waiting_writes) {
  metrics_->SetWriteQueue(waiting_writes);
  // A step that decided nothing only looked at the clock.
  if (decisions > 0) metrics_->Reconciled(Seconds(took), true);
}

}  // namespace prewarm
