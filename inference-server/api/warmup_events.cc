#include "inference-server/api/warmup_events.h"

#include <algorithm>
#include <cctype>
#include <tuple>
#include <utility>

#include "inference-server/api/discreet.h"
#include "inference-server/api/status_json.h"

namespace prewarm {
namespace {

// Everybody loses the stream at once when an instance ends: they come back
// spread over this span.
constexpr unsigned kRetryMillis = 2000;
constexpr unsigned kRetrySpread = 2000;

// What a watcher can see of a status; only the time that passes is left out.
auto Visible(const WarmStatus& s) {
  return std::tie(s.state, s.phase, s.reason, s.progress, s.eta_ms,
                  s.eta_p90_ms);
}

const char* EventName(WarmState state) {
  switch (state) {
    case WarmState::kReady:
      return "ready";
    case WarmState::kFailed:
      return "failed";
    default:
      return "progress";
  }
}

std::string Opening(WarmupEvents::Id id) {
  return "retry: " + std::to_string(kRetryMillis + id * 617 % kRetrySpread) +
         "\n: watching\n\n";
}

}  // namespace

WarmupEvents::WarmupEvents(const ApiContext* context, EventPace pace,
                           Present present)
    : context_(context), pace_(pace), present_(std::move(present)) {}

std::string WarmupEvents::EventId() const {
  return context_->instance_id + "-" + std::to_string(version_);
}

std::string WarmupEvents::Frame() const {
  return "id: " + EventId() + "\nevent: " + EventName(shown_.state) +
         "\ndata: " + WarmStatusJson(*context_, Discreet(shown_)) + "\n\n";
}

SteadyTime WarmupEvents::NextAfter(SteadyTime now) const {
  return now + std::max<std::chrono::microseconds>(
                   pace_.least,
                   pace_.per_watcher * static_cast<int>(watchers_.size()));
}

void WarmupEvents::Add(Id id, std::shared_ptr<http::EventStream> stream,
                       std::string_view last_event_id, SteadyTime now) {
  if (watchers_.empty()) {
    next_event_ = now + pace_.least;
    next_beat_ = now + pace_.keep_alive;
  }
  // Of this instance and nothing newer: what another one told is no news here.
  const bool seen = last_event_id == EventId();
  if (!seen) Moved();
  if (!stream->Write(seen ? Opening(id) : Opening(id) + Frame())) return;
  if (shown_.state == WarmState::kDraining) {
    stream->Close();
    return;
  }
  watchers_[id] = {std::move(stream), version_};
}

void WarmupEvents::Change(const WarmStatus& status, SteadyTime now) {
  latest_ = status.version;
  if (Visible(status) == Visible(shown_)) return;
  const bool turned = status.state != shown_.state;
  shown_ = status;
  version_ = status.version;
  untold_ = true;
  if (turned || now >= next_event_) Tell(now, /*moved=*/false);
}

void WarmupEvents::Tell(SteadyTime now, bool moved) {
  untold_ = false;
  if (!watchers_.empty()) {
    const std::string frame = Frame();
    for (auto it = watchers_.begin(); it != watchers_.end();) {
      Watcher& watcher = it->second;
      const bool wants = moved || watcher.seen != version_;
      watcher.seen = version_;
      it = !wants || watcher.stream->Write(frame) ? std::next(it)
                                                  : watchers_.erase(it);
    }
  }
  next_event_ = NextAfter(now);
  next_beat_ = now + pace_.keep_alive;
  if (shown_.state != WarmState::kDraining) return;
  // The last word of this instance: who wants more is to ask the next one.
  for (const auto& [id, watcher] : watchers_) watcher.stream->Close();
  watchers_.clear();
}

// Whether the estimates have moved on; they are what is shown from now on.
bool WarmupEvents::Moved() {
  if (shown_.state != WarmState::kWarming) return false;
  WarmStatus now = present_();
  // A change is on its way here: it comes in its turn.
  if (now.version != latest_ || Visible(now) == Visible(shown_)) return false;
  shown_ = std::move(now);
  return true;
}

void WarmupEvents::Work(SteadyTime now) {
  if (watchers_.empty()) return;
  if (now >= next_event_) {
    const bool moved = Moved();
    if (moved || untold_) {
      Tell(now, moved);
    } else {
      next_event_ = NextAfter(now);
    }
  }
  if (now < next_beat_) return;
  for (auto it = watchers_.begin(); it != watchers_.end();) {
    it = it->second.stream->Write(": alive\n\n") ? std::next(it)
                                                 : watchers_.erase(it);
  }
  next_beat_ = now + pace_.keep_alive;
}

SteadyTime WarmupEvents::due() const {
  if (watchers_.empty()) return SteadyTime::max();
  const bool paced = untold_ || shown_.state == WarmState::kWarming;
  return paced ? std::min(next_event_, next_beat_) : next_beat_;
}

}  // namespace prewarm
