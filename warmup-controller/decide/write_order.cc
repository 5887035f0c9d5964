#include "warmup-controller/decide/write_order.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

namespace prewarm {
namespace {

// Mixed, so that instants a day apart begin with different ones.
std::uint64_t Mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

// Its place in the rounds of those that are due together.
struct Turn {
  std::size_t round = 0;
  std::size_t within = 0;
};

using Group = std::vector<std::size_t>;

// `group` is sorted by namespace and name.
void AssignTurns(const std::vector<PendingWrite>& pending, const Group& group,
                 std::vector<Turn>* turns) {
  std::vector<Group> namespaces;
  for (const std::size_t i : group) {
    if (namespaces.empty() ||
        pending[namespaces.back().front()].namespace_name !=
            pending[i].namespace_name) {
      namespaces.emplace_back();
    }
    namespaces.back().push_back(i);
  }
  const auto seed = static_cast<std::uint64_t>(
      pending[group.front()].due.time_since_epoch().count());
  const std::uint64_t shift = Mixed(seed);
  for (std::size_t n = 0; n < namespaces.size(); ++n) {
    const Group& mine = namespaces[n];
    for (std::size_t k = 0; k < mine.size(); ++k) {
      (*turns)[mine[k]] = {(k + shift) % mine.size(),
                           (n + shift) % namespaces.size()};
    }
  }
}

}  // namespace

std::vector<std::size_t> WriteOrder(const std::vector<PendingWrite>& pending) {
  std::map<std::pair<bool, Instant>, Group> together;
  std::vector<std::size_t> order(pending.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(pending[a].namespace_name, pending[a].name) <
           std::tie(pending[b].namespace_name, pending[b].name);
  });
  for (const std::size_t i : order) {
    together[{!pending[i].raises, pending[i].due}].push_back(i);
  }
  std::vector<Turn> turns(pending.size());
  for (const auto& [when, group] : together) {
    AssignTurns(pending, group, &turns);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple(!pending[a].raises, pending[a].due, turns[a].round,
                      turns[a].within) <
           std::tuple(!pending[b].raises, pending[b].due, turns[b].round,
                      turns[b].within);
  });
  return order;
}

std::chrono::seconds QueueTime(std::size_t writes, double rate, double burst) {
  const double waiting = static_cast<double>(writes) - burst;
  if (waiting <= 0) return std::chrono::seconds(0);
  return std::chrono::seconds(
      static_cast<std::int64_t>(std::ceil(waiting / rate)));
}

}  // namespace prewarm
