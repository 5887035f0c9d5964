// Those who watch targets by server-sent events: which frame goes to whom, and
// when. A frame is rendered once for all who watch the same. Knows neither
// threads nor sockets. Not thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

#include "common/base/clock.h"
#include "common/http/http.h"
#include "warmup-controller/report/status.h"
#include "warmup-controller/report/status_json.h"

namespace prewarm {

struct EventPace {
  // A comment so often, for proxies that close quiet streams.
  std::chrono::milliseconds keep_alive{15000};
  // Between two looks at the status: at least this, and more the more watch.
  std::chrono::milliseconds least{100};
  std::chrono::microseconds per_watcher{100};
};

struct WatchedTarget {
  std::string namespace_name;
  std::string name;
  TargetDetail detail = TargetDetail::kForVisitors;
};

class TargetEvents {
 public:
  using Id = std::uint64_t;
  using StatusPtr = std::shared_ptr<const ControllerStatus>;

  explicit TargetEvents(EventPace pace) : pace_(pace) {}

  // A watcher gets the present state at once, then what changes. It is
  // forgotten when it does not take what is written; its stream is closed
  // where there is no such target, or when the target goes.
  void Add(Id id, const WatchedTarget& target,
           std::shared_ptr<http::EventStream> stream,
           const ControllerStatus& status, SteadyTime now);
  void Remove(Id id);
  std::size_t watchers() const { return watched_.size(); }

  // Does what is due with the newest status.
  void Work(const StatusPtr& status, SteadyTime now);
  SteadyTime due() const;  // SteadyTime::max(): nothing while nobody watches

 private:
  struct Watcher {
    std::shared_ptr<http::EventStream> stream;
    std::uint64_t seen = 0;  // version of the last frame
  };
  // All who watch the same.
  struct Group {
    std::shared_ptr<const TargetStatus> target;
    std::string json;
    std::uint64_t version = 0;  // of `json`: the event's id
    unsigned look = 0;          // the last one in which the target was there
    std::map<Id, Watcher> watchers;
  };
  using Key = std::tuple<std::string_view, std::string_view, TargetDetail>;
  struct Less {
    using is_transparent = void;
    static Key Of(const WatchedTarget& target) {
      return {target.namespace_name, target.name, target.detail};
    }
    static const Key& Of(const Key& key) { return key; }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return Of(a) < Of(b);
    }
  };
  using Groups = std::map<WatchedTarget, Group, Less>;

  void Refresh(const std::shared_ptr<const TargetStatus>& target,
               TargetDetail detail, Group* group);
  void Look(const ControllerStatus& status);
  void Beat();
  // Writes to those of `wants`; forgets those who don't take it.
  template <typename Wants>
  void Write(std::string_view frame, const Wants& wants, Group* group);
  SteadyTime NextLook(SteadyTime now) const;

  const EventPace pace_;
  Groups groups_;  // none without a watcher
  std::map<Id, Groups::iterator> watched_;
  StatusPtr looked_;  // of the last look
  unsigned look_ = 0;
  std::uint64_t version_ = 0;
  SteadyTime next_look_{};
  SteadyTime next_beat_{};
};

}  // namespace prewarm
