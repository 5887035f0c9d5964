#include "warmup-controller/kube/reflector.h"

#include <utility>

#include "common/base/clock.h"
#include "warmup-controller/kube/chance.h"
#include "warmup-controller/kube/watch_event.h"

namespace prewarm::kube {
namespace {

ReflectorOptions WithRandom(ReflectorOptions options) {
  if (!options.random) options.random = ByChance();
  return options;
}

}  // namespace

Reflector::Reflector(Api* api, Selection selection, ObjectSink* sink,
                     ReflectorOptions options)
    : api_(api),
      selection_(std::move(selection)),
      sink_(sink),
      options_(WithRandom(std::move(options))),
      machine_(options_.backoff, options_.random) {}

void Reflector::Run(StopSignal* stop) {
  while (!stop->WaitFor(machine_.plan().delay)) {
    if (machine_.plan().what == WatchPlan::Do::kList) {
      List();
    } else {
      Watch(stop);
    }
  }
}

void Reflector::List() {
  sink_->ListBegins();
  const auto version = ListAll(
      api_, selection_, options_.list,
      [this](const Json& one) { sink_->Listed(one); },
      [this] { sink_->ListBegins(); });
  if (!version.ok()) {
    machine_.ListFailed(version.error());
    sink_->Failed(version.error());
    return;
  }
  sink_->ListEnds();
  machine_.Listed(*version);
  sink_->Synced();
}

void Reflector::Watch(StopSignal* stop) {
  const double spread = 1 + options_.random();
  WatchRequest request;
  request.inactivity = options_.inactivity;
  request.most_line_bytes = options_.most_line_bytes;
  request.path =
      PathOf(selection_) +
      QueryText({{"labelSelector", selection_.label_selector},
                 {"fieldSelector", selection_.field_selector},
                 {"watch", "1"},
                 {"allowWatchBookmarks", "true"},
                 {"resourceVersion", machine_.plan().resource_version},
                 {"timeoutSeconds",
                  std::to_string(static_cast<int>(
                      spread *
                      static_cast<double>(options_.watch_timeout.count())))}});
  const SteadyTime begun = Clock::System().Now();
  Status taken = Ok{};
  Status ended = api_->Watch(
      request,
      [this, &taken](std::string_view line) {
        taken = Take(line);
        return taken.ok();
      },
      stop);
  if (!taken.ok()) ended = taken;
  if (stop->stopped()) return;
  machine_.WatchEnded(ended,
                      std::chrono::duration_cast<std::chrono::milliseconds>(
                          Clock::System().Now() - begun));
  // Silence is no failure: the watch begins anew where it was.
  if (!ended.ok() && ended.error().code != ErrorCode::kDeadlineExceeded) {
    sink_->Failed(ended.error());
  }
}

Status Reflector::Take(std::string_view line) {
  PREWARM_ASSIGN_OR_RETURN(const WatchEvent event, ReadWatchEvent(line));
  if (event.kind == WatchEvent::Kind::kDeleted) {
    sink_->Gone(event.object);
  } else if (event.kind != WatchEvent::Kind::kBookmark) {
    sink_->Changed(event.object);
  }
  machine_.Progressed(event.resource_version);
  sink_->Synced();
  return Ok{};
}

}  // namespace prewarm::kube
