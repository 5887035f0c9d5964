#include "warmup-controller/decide/pre_warming.h"

#include <algorithm>
#include <queue>

namespace prewarm {
namespace {

// At least `floor` over [begin, end).
struct Held {
  Instant begin;
  Instant end;
  int floor = 0;
  Hold hold = Hold::kDemand;
  std::size_t demand = 0;
};

// Below those that say more, or as much for a better reason.
bool IsWeaker(const Held& a, const Held& b) {
  return a.floor != b.floor ? a.floor < b.floor : a.hold > b.hold;
}

class Holds {
 public:
  Holds(const std::vector<Demand>& demands, const PreWarmRules& rules)
      : demands_(demands), rules_(rules) {}

  std::vector<Held> All() && {
    held_.reserve(3 * demands_.size());
    for (std::size_t i = 0; i < demands_.size(); ++i) {
      const bool last = i + 1 == demands_.size();
      held_.push_back({demands_[i].begin,
                       last ? Instant::max() : demands_[i + 1].begin,
                       demands_[i].floor, Hold::kDemand, i});
      if (i == 0) continue;
      if (demands_[i].floor > demands_[i - 1].floor) AddRise(i);
      if (demands_[i].floor < demands_[i - 1].floor) AddFall(i);
    }
    return std::move(held_);
  }

 private:
  // The lower the floor was within the lead, the more instances have to start,
  // which takes a longer lead.
  void AddRise(std::size_t i) {
    const Instant due = demands_[i].begin;
    int lowest = demands_[i - 1].floor;
    Instant begin = due - rules_.lead(demands_[i].floor - lowest);
    for (std::size_t j = i; j-- > 0 && demands_[j + 1].begin > begin;) {
      if (demands_[j].floor >= lowest) continue;
      lowest = demands_[j].floor;
      begin = std::min(begin, due - rules_.lead(demands_[i].floor - lowest));
    }
    if (begin < due) {
      held_.push_back({begin, due, demands_[i].floor, Hold::kWarmStart, i});
    }
  }

  void AddFall(std::size_t i) {
    const Instant ended = demands_[i].begin;
    const int before = demands_[i - 1].floor;
    if (rules_.keep_alive.count() > 0) {
      held_.push_back(
          {ended, ended + rules_.keep_alive, before, Hold::kKeepAlive, i - 1});
    }
    int lowest = demands_[i].floor;
    int bridged = demands_[i].floor;  // the highest that came again
    for (std::size_t j = i + 1; j < demands_.size() && bridged < before; ++j) {
      const int floor = std::min(demands_[j].floor, before);
      const auto gap = demands_[j].begin - ended;
      lowest = std::min(lowest, floor);
      if (gap > LongestGap(before - lowest)) break;
      if (floor <= bridged) continue;
      if (gap <= LongestGap(floor - lowest)) {
        held_.push_back({ended, demands_[j].begin, floor, Hold::kBridge, j});
      }
      bridged = floor;
    }
  }

  // Letting go costs the keep-alive, the time to stop and that to start.
  std::chrono::seconds LongestGap(int instances) const {
    if (rules_.bridge) return *rules_.bridge;
    return rules_.keep_alive + kStopping + rules_.lead(instances);
  }

  const std::vector<Demand>& demands_;
  const PreWarmRules& rules_;
  std::vector<Held> held_;
};

}  // namespace

std::vector<FloorSpan> PreWarm(const std::vector<Demand>& demands,
                               const PreWarmRules& rules) {
  if (demands.empty()) return {};
  std::vector<Held> held = Holds(demands, rules).All();
  const Instant first = demands.front().begin;
  std::vector<Instant> edges;
  edges.reserve(2 * held.size());
  for (Held& one : held) {
    one.begin = std::max(one.begin, first);
    edges.push_back(one.begin);
    if (one.end != Instant::max()) edges.push_back(one.end);
  }
  std::sort(held.begin(), held.end(),
            [](const Held& a, const Held& b) { return a.begin < b.begin; });
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());

  std::vector<FloorSpan> spans;
  std::priority_queue<Held, std::vector<Held>, decltype(&IsWeaker)> now(
      &IsWeaker);
  auto next = held.begin();
  for (const Instant at : edges) {
    for (; next != held.end() && next->begin == at; ++next) now.push(*next);
    while (now.top().end <= at) now.pop();  // demand holds everywhere
    const Held& top = now.top();
    if (spans.empty() || spans.back().floor != top.floor ||
        spans.back().hold != top.hold || spans.back().demand != top.demand) {
      spans.push_back({at, top.floor, top.hold, top.demand});
    }
  }
  return spans;
}

}  // namespace prewarm
