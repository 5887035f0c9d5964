#include "warmup-controller/decide/write_order.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>
#include <tuple>

#include "warmup-controller/decide/stable_hash.h"

namespace prewarm {
namespace {

// Another one for every due instant, and mixed (splitmix64's last step).
std::uint64_t HashOf(std::string_view text, Instant due) {
  std::uint64_t value = StableHash(
      text, static_cast<std::uint64_t>(due.time_since_epoch().count()));
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

// Its place among those that are due together.
struct Turn {
  int round = 0;
  std::uint64_t space = 0;
  std::uint64_t name = 0;
};

}  // namespace

std::vector<std::size_t> WriteOrder(const std::vector<PendingWrite>& pending) {
  std::vector<Turn> turns(pending.size());
  for (std::size_t i = 0; i < pending.size(); ++i) {
    turns[i].space = HashOf(pending[i].namespace_name, pending[i].due);
    turns[i].name = HashOf(pending[i].name, pending[i].due);
  }
  using Together = std::tuple<bool, Instant, std::uint64_t, std::string_view>;
  const auto together = [&](std::size_t i) {
    return Together{!pending[i].raises, pending[i].due, turns[i].space,
                    pending[i].namespace_name};
  };
  std::vector<std::size_t> order(pending.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple_cat(together(a),
                          std::tie(turns[a].name, pending[a].name)) <
           std::tuple_cat(together(b),
                          std::tie(turns[b].name, pending[b].name));
  });
  for (std::size_t place = 0; place < order.size(); ++place) {
    const std::size_t i = order[place];
    const bool first = place == 0 || together(order[place - 1]) != together(i);
    turns[i].round =
        first ? pending[i].turns_had : turns[order[place - 1]].round + 1;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) {
                     return std::tuple(!pending[a].raises, pending[a].due,
                                       turns[a].round, turns[a].space) <
                            std::tuple(!pending[b].raises, pending[b].due,
                                       turns[b].round, turns[b].space);
                   });
  return order;
}

std::chrono::seconds QueueTime(std::size_t writes, double rate, double burst) {
  const double waiting = static_cast<double>(writes) - burst;
  if (waiting <= 0) return std::chrono::seconds(0);
  constexpr double kOurs = 0.9;
  return std::chrono::seconds(
      static_cast<std::int64_t>(std::ceil(waiting / (kOurs * rate))));
}

}  // namespace prewarm
