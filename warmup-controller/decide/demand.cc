#include "warmup-controller/decide/demand.h"

#include <algorithm>
#include <utility>

namespace prewarm {
namespace {

struct Change {
  Instant at;
  std::size_t window;
  bool opens;
};

// A window's opening and closing, those outside the range left out.
std::vector<Change> ChangesOf(const std::vector<ActiveWindow>& openings,
                              Instant from, Instant until) {
  std::vector<Change> changes;
  changes.reserve(2 * openings.size());
  for (const ActiveWindow& opening : openings) {
    const Instant opens = std::max(opening.opens.value_or(from), from);
    changes.push_back({opens, opening.window, true});
    if (opening.closes && *opening.closes < until) {
      changes.push_back({*opening.closes, opening.window, false});
    }
  }
  std::sort(changes.begin(), changes.end(),
            [](const Change& a, const Change& b) { return a.at < b.at; });
  return changes;
}

// Puts the window where its index belongs, or takes it from there.
void Apply(const Change& change, std::vector<std::size_t>* open) {
  const auto place =
      std::lower_bound(open->begin(), open->end(), change.window);
  if (change.opens) {
    open->insert(place, change.window);
  } else {
    open->erase(place);
  }
}

Demand DemandOf(const Policy& policy, Instant begin,
                const std::vector<std::size_t>& open) {
  Demand demand;
  demand.begin = begin;
  demand.windows = open;
  demand.floor = policy.min_replicas;
  for (const std::size_t window : open) {
    const int replicas = policy.windows[window].replicas;
    if (replicas > demand.floor ||
        (replicas == demand.floor && !demand.winner)) {
      demand.floor = replicas;
      demand.winner = window;
    }
  }
  const auto& forced = policy.override_floor;
  if (forced && begin < forced->until) {
    demand.floor = forced->replicas;
    demand.winner.reset();
    demand.overridden = true;
  }
  return demand;
}

}  // namespace

std::vector<Demand> DemandOver(const Policy& policy, const Schedule& schedule,
                               Instant from, Instant until) {
  const std::vector<Change> changes =
      ChangesOf(schedule.Openings(from, until), from, until);
  std::vector<Instant> begins = {from};
  begins.reserve(changes.size() + 2);
  for (const Change& change : changes) begins.push_back(change.at);
  const auto& forced = policy.override_floor;
  if (forced && from < forced->until && forced->until < until) {
    begins.push_back(forced->until);
    std::sort(begins.begin(), begins.end());
  }
  begins.erase(std::unique(begins.begin(), begins.end()), begins.end());

  std::vector<Demand> demands;
  demands.reserve(begins.size());
  std::vector<std::size_t> open;
  auto change = changes.begin();
  for (const Instant begin : begins) {
    // Closings of an instant before its openings would not matter: a window
    // that closes and opens at once is one opening.
    for (; change != changes.end() && change->at == begin; ++change) {
      Apply(*change, &open);
    }
    demands.push_back(DemandOf(policy, begin, open));
  }
  return demands;
}

int MostAsked(const Policy& policy) {
  int most = std::max(1, policy.min_replicas);
  for (const Window& window : policy.windows) {
    most = std::max(most, window.replicas);
  }
  return most;
}

}  // namespace prewarm
