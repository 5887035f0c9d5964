#include "warmup-controller/api/target_events.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "warmup-controller/report/find.h"

namespace prewarm {
namespace {

// When a controller ends, everybody loses the stream at once: they come back
// spread over this span.
constexpr unsigned kRetryMillis = 2000;
constexpr unsigned kRetrySpread = 2000;

std::string Opening(TargetEvents::Id id) {
  return "retry: " + std::to_string(kRetryMillis + id * 617 % kRetrySpread) +
         "\n: watching\n\n";
}

std::string Frame(std::uint64_t version, const std::string& json) {
  return "id: " + std::to_string(version) + "\nevent: warmup\ndata: " + json +
         "\n\n";
}

}  // namespace

SteadyTime TargetEvents::NextLook(SteadyTime now) const {
  return now + std::max<std::chrono::microseconds>(
                   pace_.least,
                   pace_.per_watcher * static_cast<int>(watched_.size()));
}

void TargetEvents::Refresh(const std::shared_ptr<const TargetStatus>& target,
                           TargetDetail detail, Group* group) {
  if (group->target == target) return;
  group->target = target;
  std::string json = TargetStatusJson(*target, detail);
  if (json == group->json) return;  // nothing that could be seen
  group->json = std::move(json);
  group->version = ++version_;
}

void TargetEvents::Add(Id id, const WatchedTarget& target,
                       std::shared_ptr<http::EventStream> stream,
                       const ControllerStatus& status, SteadyTime now) {
  const auto found = FindTarget(status, target.namespace_name, target.name);
  if (!found) {
    stream->Close();
    return;
  }
  if (watched_.empty()) {
    next_look_ = now + pace_.least;
    next_beat_ = now + pace_.keep_alive;
  }
  const auto group = groups_.try_emplace(target).first;
  Refresh(found, target.detail, &group->second);
  if (stream->Write(Opening(id) +
                    Frame(group->second.version, group->second.json))) {
    group->second.watchers[id] = {std::move(stream), group->second.version};
    watched_[id] = group;
  } else if (group->second.watchers.empty()) {
    groups_.erase(group);
  }
}

void TargetEvents::Remove(Id id) {
  const auto watched = watched_.find(id);
  if (watched == watched_.end()) return;
  const auto group = watched->second;
  watched_.erase(watched);
  group->second.watchers.erase(id);
  if (group->second.watchers.empty()) groups_.erase(group);
}

template <typename Wants>
void TargetEvents::Write(std::string_view frame, const Wants& wants,
                         Group* group) {
  auto& watchers = group->watchers;
  for (auto it = watchers.begin(); it != watchers.end();) {
    if (!wants(it->second) || it->second.stream->Write(frame)) {
      it->second.seen = group->version;
      ++it;
    } else {
      watched_.erase(it->first);
      it = watchers.erase(it);
    }
  }
}

void TargetEvents::Look(const ControllerStatus& status) {
  ++look_;
  for (const auto& target : status.targets) {
    for (const auto detail :
         {TargetDetail::kForVisitors, TargetDetail::kForOperators}) {
      const auto group =
          groups_.find(Key(target->namespace_name, target->name, detail));
      // The first of several kinds counts.
      if (group == groups_.end() || group->second.look == look_) continue;
      group->second.look = look_;
      Refresh(target, detail, &group->second);
    }
  }
  for (auto it = groups_.begin(); it != groups_.end();) {
    Group& group = it->second;
    if (group.look == look_) {
      Write(
          Frame(group.version, group.json),
          [&](const Watcher& w) { return w.seen != group.version; }, &group);
    } else {
      for (const auto& [id, watcher] : group.watchers) {
        watcher.stream->Close();
        watched_.erase(id);
      }
      group.watchers.clear();
    }
    it = group.watchers.empty() ? groups_.erase(it) : std::next(it);
  }
}

void TargetEvents::Beat() {
  for (auto it = groups_.begin(); it != groups_.end();) {
    Write(
        ": alive\n\n", [](const Watcher&) { return true; }, &it->second);
    it = it->second.watchers.empty() ? groups_.erase(it) : std::next(it);
  }
}

void TargetEvents::Work(const StatusPtr& status, SteadyTime now) {
  if (watched_.empty()) return;
  if (now >= next_look_) {
    if (status != looked_) Look(*status);
    looked_ = status;
    next_look_ = NextLook(now);
  }
  if (now >= next_beat_) {
    Beat();
    next_beat_ = now + pace_.keep_alive;
  }
}

SteadyTime TargetEvents::due() const {
  if (watched_.empty()) return SteadyTime::max();
  return std::min(next_look_, next_beat_);
}

}  // namespace prewarm
