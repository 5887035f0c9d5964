#include "warmup-controller/operate/history_keeper.h"

#include <cmath>
#include <utility>

#include "common/base/log.h"
#include "warmup-controller/kube/json_text.h"
#include "warmup-controller/kube/requests.h"
#include "warmup-controller/reconcile/history_size.h"

namespace prewarm {
namespace {

using kube::Json;

constexpr std::chrono::seconds kCall{3};

// What makes it worth a write.
std::string EssenceOf(const History& whole,
                      const std::set<std::string>& budgeted) {
  History history = whole;
  history.record = {};
  for (auto& [key, policy] : history.policies) {
    if (budgeted.count(key) == 0) policy.hours = {};
  }
  return HistoryText(history, HistoryLayout::kDense);
}

// Hours go on all the time: only whole ones are news.
std::string RecordEssenceOf(const History& whole) {
  History history;
  history.record = whole.record;
  history.record.until = {};
  for (auto& [key, target] : history.record.targets) {
    target.account.hours = std::floor(target.account.hours);
    target.account.instance_hours = std::floor(target.account.instance_hours);
    // They move with time alone.
    target.steps_since = target.warmups_since = {};
  }
  return HistoryText(history, HistoryLayout::kDense);
}

bool IsTransient(ErrorCode code) {
  return code == ErrorCode::kUnavailable || code == ErrorCode::kInternal ||
         code == ErrorCode::kDeadlineExceeded ||
         code == ErrorCode::kResourceExhausted;
}

}  // namespace

HistoryKeeper::HistoryKeeper(kube::Api* api, const std::string& namespace_name,
                             const std::string& name, OperatorMetrics* metrics,
                             const Clock* clock)
    : api_(api),
      ref_{{"", "v1", "configmaps"}, namespace_name, name, ""},
      metrics_(metrics),
      clock_(clock),
      pool_(1) {}

std::optional<History> HistoryKeeper::TryLoad() {
  const SteadyTime now = clock_->Now();
  if (!asked_) asked_ = now;
  due_ = now + kEvery;
  kube::ApiRequest request = kube::GetRequest(ref_);
  request.priority = kube::CallClass::kFloor;
  request.timeout = kCall;
  const auto object = api_->Call(request);
  const std::lock_guard<std::mutex> lock(mutex_);
  History history;
  if (object.ok()) {
    const Status accepted = Accept(*object, &history);
    if (!accepted.ok()) Ignore(accepted.error().message);
    return history;
  }
  if (object.error().code == ErrorCode::kNotFound) {
    ignored_ = false;
    return history;
  }
  const bool again =
      IsTransient(object.error().code) && clock_->Now() - *asked_ < kPatience;
  if (again) return std::nullopt;
  Ignore(object.error().message);
  return history;
}

Status HistoryKeeper::Accept(const Json& object, History* history) {
  const std::string name = ref_.namespace_name + "/" + ref_.name;
  if (kube::TextAt(object, {"metadata", "labels", kOwnerLabel}) !=
      kube::kFieldManager) {
    return MakeError(ErrorCode::kAlreadyExists,
                     "ConfigMap " + name + " is somebody else's: it has no " +
                         kOwnerLabel + ": " + kube::kFieldManager +
                         "; name another --lease, or delete it");
  }
  auto read = ReadHistory(kube::TextAt(object, {"data", kKey}));
  if (!read.ok()) {
    return MakeError(read.error().code,
                     "ConfigMap " + name + ", " + kKey + ": " +
                         read.error().message +
                         "; it is left alone until it is deleted");
  }
  *history = std::move(read).value();
  if (!history->record_damage.empty()) {
    Log(LogLevel::kWarning, "state",
        {{"error", "ConfigMap " + name + ", " + history->record_damage},
         {"kept", "all but the dashboard's record"}});
  }
  object_ = object;
  written_ = *history;
  ignored_ = false;
  return Ok{};
}

void HistoryKeeper::Ignore(const std::string& why) {
  ignored_ = true;
  metrics_->SetHistoryIgnored(true);
  Log(LogLevel::kError, "state",
      {{"error", why}, {"kept", "nothing, until this controller begins anew"}});
}

void HistoryKeeper::Offer(History history, std::set<std::string> budgeted) {
  due_ = clock_->Now() + kEvery;
  pool_.Post(
      [this, history = std::move(history), budgeted = std::move(budgeted)] {
        Keep(history, budgeted, kRecordEvery);
      });
}

void HistoryKeeper::Save(const History& history,
                         const std::set<std::string>& budgeted) {
  Keep(history, budgeted, std::chrono::seconds(0));
}

void HistoryKeeper::Keep(const History& history,
                         const std::set<std::string>& budgeted,
                         std::chrono::seconds record_every) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (ignored_) return;
  const History fitting = Within(history, kMostBytes);
  const SteadyTime now = clock_->Now();
  const bool record_is_due = now - written_at_ >= record_every;
  const bool is_news =
      EssenceOf(fitting, budgeted) != EssenceOf(written_, budgeted) ||
      (record_is_due && RecordEssenceOf(fitting) != RecordEssenceOf(written_));
  if (!is_news) return;
  // Nothing is no reason to make an object.
  if (object_.is_null() && fitting.targets.empty() &&
      fitting.policies.empty() && fitting.record.targets.empty()) {
    return;
  }
  const Status written = Write(HistoryText(fitting, HistoryLayout::kDense));
  metrics_->HistoryWritten(written.ok());
  if (written.ok()) {
    written_ = fitting;
    written_at_ = now;
  }
  // Once for the same trouble.
  if (!written.ok() && !failed_) {
    Log(LogLevel::kError, "state", {{"error", written.error().message}});
  }
  failed_ = !written.ok();
}

Status HistoryKeeper::Write(const std::string& text) {
  const bool is_new = object_.is_null();
  Json body = object_;
  if (is_new) {
    body = {{"apiVersion", "v1"},
            {"kind", "ConfigMap"},
            {"metadata",
             {{"namespace", ref_.namespace_name},
              {"name", ref_.name},
              {"labels", {{kOwnerLabel, kube::kFieldManager}}}}}};
  }
  body["data"][kKey] = text;
  kube::ApiRequest request = is_new ? kube::CreateRequest(ref_, body)
                                    : kube::ReplaceRequest(ref_, body);
  request.priority = kube::CallClass::kStatus;
  request.timeout = kCall;
  auto written = api_->Call(request);
  if (written.ok()) {
    object_ = std::move(written).value();
    return Ok{};
  }
  const ErrorCode code = written.error().code;
  if (code == ErrorCode::kNotFound) {
    object_ = nullptr;
    written_ = {};
  }
  if (code == ErrorCode::kConflict || code == ErrorCode::kAlreadyExists) {
    Reload();
  }
  return written.error();
}

// Somebody has written meanwhile: what they wrote is not ours to overwrite
// unless it is of our kind.
void HistoryKeeper::Reload() {
  kube::ApiRequest request = kube::GetRequest(ref_);
  request.timeout = kCall;
  const auto object = api_->Call(request);
  if (!object.ok()) return;
  History theirs;
  const Status accepted = Accept(*object, &theirs);
  if (!accepted.ok()) Ignore(accepted.error().message);
}

}  // namespace prewarm
