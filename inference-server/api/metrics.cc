#include "inference-server/api/metrics.h"

#include <prometheus/text_serializer.h>

namespace prewarm {
namespace {

using Buckets = prometheus::Histogram::BucketBoundaries;

const Buckets kStageSeconds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                               0.25,  0.5,    1,     2.5,  5,     10,   30};
const Buckets kWarmUpSeconds = {0.005, 0.025, 0.1, 0.25, 0.5, 0.75, 1,
                                2,     3,     5,   10,   20,  60,   120};
const Buckets kEtaErrorSeconds = {-10, -2.5, -1,  -0.5, -0.25, -0.1, 0,
                                  0.1, 0.25, 0.5, 1,    2.5,   10};

template <typename Builder>
auto& Build(Builder builder, const char* name, const char* help,
            prometheus::Registry* registry) {
  return builder.Name(name).Help(help).Register(*registry);
}

}  // namespace

Metrics::Metrics()
    : requests_(Build(prometheus::BuildCounter(), "prewarm_requests_total",
                      "Requests to /api/v2/process by status code and mode.",
                      &registry_)),
      stages_(Build(prometheus::BuildHistogram(), "prewarm_request_seconds",
                    "Time of a request by stage.", &registry_)),
      rejections_(Build(prometheus::BuildCounter(),
                        "prewarm_admission_rejected_total",
                        "Requests refused before work began.", &registry_)),
      warmups_(Build(prometheus::BuildHistogram(), "prewarm_warmup_seconds",
                     "Time of warm-ups by phase and outcome.", &registry_)),
      states_used_(
          Build(prometheus::BuildCounter(), "prewarm_store_state_total",
                "Warm-ups by what the prepared state was worth.", &registry_)),
      eta_error_(Build(prometheus::BuildHistogram(),
                       "prewarm_warmup_eta_error_seconds",
                       "Time of warm-ups beyond what was expected when they "
                       "began.",
                       &registry_)
                     .Add({}, kEtaErrorSeconds)),
      queue_depth_(Build(prometheus::BuildGauge(), "prewarm_queue_depth",
                         "Requests accepted and not yet finished.", &registry_)
                       .Add({})),
      memory_(Build(prometheus::BuildGauge(), "prewarm_memory_bytes",
                    "Memory by pool.", &registry_)) {
  auto& states = Build(prometheus::BuildGauge(), "prewarm_state",
                       "1 for the state the server is in.", &registry_);
  for (const WarmState state :
       {WarmState::kCold, WarmState::kWarming, WarmState::kReady,
        WarmState::kFailed, WarmState::kDraining}) {
    states_[state] = &states.Add({{"state", WarmStateName(state)}});
  }
  for (const char* stage : {"decode", "queue", "preprocess", "infer",
                            "postprocess", "encode", "total"}) {
    stage_[stage] = &stages_.Add({{"stage", stage}}, kStageSeconds);
  }
}

ResultWatcher* Metrics::WatchResults() {
  results_ = std::make_unique<ResultMetrics>(&registry_);
  for (const char* stage : {"lookup", "keep"}) {
    stage_[stage] = &stages_.Add({{"stage", stage}}, kStageSeconds);
  }
  return results_.get();
}

void Metrics::CountRequest(int status, Mode mode) {
  requests_.Add({{"code", std::to_string(status)}, {"mode", ModeName(mode)}})
      .Increment();
}

void Metrics::ObserveStage(const std::string& stage, double millis) {
  const auto it = stage_.find(stage);
  if (it != stage_.end()) it->second->Observe(millis / 1000);
}

void Metrics::CountRejection(const std::string& reason) {
  rejections_.Add({{"reason", reason}}).Increment();
}

void Metrics::ObserveWarmUp(const WarmStatus& status) {
  const char* outcome = status.proven ? "ready" : "failed";
  for (const PhaseTiming& phase : status.phases) {
    warmups_.Add({{"phase", phase.name}, {"outcome", outcome}}, kWarmUpSeconds)
        .Observe(phase.duration_ms / 1000);
  }
  if (!status.proven) return;
  warmups_.Add({{"phase", "total"}, {"outcome", outcome}}, kWarmUpSeconds)
      .Observe(status.total_ms / 1000);
  for (const ModelStatus& model : status.models) {
    states_used_.Add({{"outcome", CachedStateName(model.cached)}}).Increment();
  }
  if (status.eta_error_ms) eta_error_.Observe(*status.eta_error_ms / 1000);
}

void Metrics::SetQueue(int depth, double reserved_bytes) {
  queue_depth_.Set(depth);
  SetMemory("reserved", reserved_bytes);
}

void Metrics::SetMemory(const std::string& pool, double bytes) {
  memory_.Add({{"pool", pool}}).Set(bytes);
}

void Metrics::SetState(WarmState state) {
  for (const auto& [each, gauge] : states_) gauge->Set(each == state ? 1 : 0);
}

std::string Metrics::Text() const {
  return prometheus::TextSerializer().Serialize(registry_.Collect());
}

}  // namespace prewarm
