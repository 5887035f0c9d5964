// Who is there, and until when each of them counts: bounded, ordered by the
// time of the next change. Not thread-safe.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/base/clock.h"

namespace prewarm {

struct Visitor {
  enum class End { kNone, kLeft, kSilent, kTimeToLive, kUploaded };

  std::string target;
  std::string id;
  std::string client;
  SteadyTime opened{};   // of this visit
  SteadyTime expires{};  // while she counts
  bool counts = false;
  bool uploading = false;
  bool leaving = false;  // she said so, and may come back
  End end = End::kNone;
};

class VisitorBook {
 public:
  explicit VisitorBook(std::size_t most) : most_(most) {}

  std::size_t size() const { return index_.size(); }
  bool HasRoom() const { return index_.size() < most_ || !others_.empty(); }
  Visitor* Find(const std::string& target, const std::string& id);
  // A new one who does not count yet. Makes room by forgetting who ended
  // first; nullptr where all that there is room for count.
  Visitor* Add(const std::string& target, const std::string& id);
  // She counts until then.
  void Count(Visitor* visitor, SteadyTime expires);
  void StopCounting(Visitor* visitor, Visitor::End end);
  // The one who has expired by `now` longest; nullptr: nobody has.
  Visitor* FirstExpired(SteadyTime now) const;
  void ForgetTarget(const std::string& target);
  std::vector<Visitor*> CountingAt(const std::string& target) const;

  int Counting(const std::string& target) const;
  std::size_t CountingOf(const std::string& client) const;
  std::optional<SteadyTime> NextExpiry(const std::string& target) const;

 private:
  using Place = std::list<Visitor>::iterator;
  using Expiries = std::set<std::pair<SteadyTime, Visitor*>>;

  static std::string KeyOf(const std::string& target, const std::string& id) {
    return target + '\n' + id;
  }

  const std::size_t most_;
  std::list<Visitor> counting_;
  std::list<Visitor> others_;  // who does not count, the latest end last
  std::unordered_map<std::string, Place> index_;
  Expiries expiries_;
  std::map<std::string, Expiries> by_target_;
  std::unordered_map<std::string, std::size_t> by_client_;
};

}  // namespace prewarm
