// The watchers of GET /warmup as server-sent events: which frame goes to whom,
// and when. Frames are rendered once for all watchers. Knows neither threads
// nor sockets. Not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "inference-server/api/context.h"

namespace prewarm {

struct EventPace {
  // Quiet for this long: a comment, for proxies that close quiet streams.
  std::chrono::milliseconds keep_alive{15000};
  // Between two events while the state stays: at least this, and more the more
  // watch, so that telling of a warm-up does not slow it down.
  std::chrono::milliseconds least{100};
  std::chrono::microseconds per_watcher{1000};
};

class WarmupEvents {
 public:
  using Id = std::uint64_t;
  using Present = std::function<WarmStatus()>;

  // `present` gives the status of the moment: estimates move between changes.
  WarmupEvents(const ApiContext* context, EventPace pace, Present present);

  // A watcher gets the present state, unless `last_event_id` says that it has
  // seen it. It is forgotten when it does not take what is written.
  void Add(Id id, std::shared_ptr<http::EventStream> stream,
           std::string_view last_event_id, SteadyTime now);
  void Remove(Id id) { watchers_.erase(id); }
  std::size_t watchers() const { return watchers_.size(); }

  // A change of the warm-up; none may be left out that changes its state. One
  // of the state is told at once, others when the pace allows.
  void Change(const WarmStatus& status, SteadyTime now);
  // Does what is due; nothing while nobody watches.
  void Work(SteadyTime now);
  SteadyTime due() const;  // SteadyTime::max(): nothing ever

 private:
  struct Watcher {
    std::shared_ptr<http::EventStream> stream;
    unsigned seen = 0;  // version of the last event it was sent
  };
  void Tell(SteadyTime now, bool moved);
  bool Moved();
  std::string EventId() const;
  std::string Frame() const;
  SteadyTime NextAfter(SteadyTime now) const;

  const ApiContext* const context_;
  const EventPace pace_;
  const Present present_;
  std::map<Id, Watcher> watchers_;
  WarmStatus shown_;      // what events tell
  unsigned latest_ = 0;   // version of the last change, visible or not
  unsigned version_ = 0;  // of the last that was visible: it names the event
  bool untold_ = false;   // shown_ waits for the pace
  SteadyTime next_event_{};
  SteadyTime next_beat_{};
};

}  // namespace prewarm
