// Which Events are written: the same one again is counted, and none becomes a
// flood. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "common/base/clock.h"
#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/event_note.h"

namespace prewarm::kube {

struct EventLimits {
  double per_minute = 6;    // writes about one object, and its burst
  std::size_t most = 2000;  // remembered, of objects and of events
  // Servers forget events after an hour: then a count would be lost.
  std::chrono::minutes lifetime{50};
};

// Of core/v1, which every server has. Not thread-safe.
class EventBook {
 public:
  struct Write {
    std::string id;  // for Lost
    ApiRequest request;
  };

  // `instance` is who tells: the pod's name.
  EventBook(EventLimits limits, std::string instance)
      : limits_(limits), instance_(std::move(instance)) {}

  // Nothing where the object has had its share; the note is counted, and told
  // by the next write of the same.
  std::optional<Write> Note(const EventNote& note, SteadyTime now,
                            WallTime wall);
  // The server has no such event (any more): it is to be created again.
  // Nothing where it was forgotten meanwhile.
  std::optional<Write> Lost(const std::string& id, WallTime wall);

  std::size_t events() const { return recent_.size(); }
  std::size_t objects() const { return budgets_.size(); }

 private:
  struct Event {
    std::string id;
    EventNote note;
    std::string name;  // of the Event object; "": not created
    int count = 0;
    WallTime first;
    SteadyTime created;
  };
  using Recent = std::list<Event>;  // most recently noted first
  struct Budget {
    std::string object;
    double tokens = 0;
    SteadyTime filled;
  };
  using RecentBudgets = std::list<Budget>;

  Event* Find(const std::string& id, const EventNote& note, WallTime wall);
  bool Spend(const EventObject& object, SteadyTime now);
  Write Create(Event* event, WallTime wall);
  static Write Count(const Event& event, WallTime wall);

  const EventLimits limits_;
  const std::string instance_;
  Recent recent_;
  std::unordered_map<std::string, Recent::iterator> events_;
  RecentBudgets spent_;
  std::unordered_map<std::string, RecentBudgets::iterator> budgets_;
  std::uint64_t next_ = 0;
};

}  // namespace prewarm::kube
