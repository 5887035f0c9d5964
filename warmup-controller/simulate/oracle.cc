#include "warmup-controller/simulate/oracle.h"

#include <algorithm>

#include "warmup-controller/simulate/fixed_scaler.h"

namespace prewarm {
namespace {

struct Span {
  Moment begin;
  Moment end;
};

// When each instance of a fleet that is always warm works.
std::vector<std::vector<Span>> WorkOf(const FleetOptions& options,
                                      const std::vector<Moment>& arrivals,
                                      Moment begin, Moment end) {
  FleetOptions warm = options;
  warm.cold_start = DurationModel::Constant(0);
  std::vector<std::vector<Span>> work(
      static_cast<std::size_t>(options.max_instances));
  warm.on_served = [&](int instance, Moment from, Moment until) {
    std::vector<Span>& spans = work[static_cast<std::size_t>(instance)];
    if (!spans.empty() && from <= spans.back().end) {
      spans.back().end = std::max(spans.back().end, until);
    } else {
      spans.push_back({from, until});
    }
  };
  FixedScaler always(options.max_instances, kNever / 2);
  Simulate(warm, arrivals, begin, end, &always);
  return work;
}

}  // namespace

FleetResult SimulateOracle(const FleetOptions& options,
                           const std::vector<Moment>& arrivals, Moment begin,
                           Moment end) {
  const auto cold_start = static_cast<Moment>(
      options.cold_start.median_seconds() * static_cast<double>(kSecond));
  FleetResult result;
  result.requests = static_cast<std::int64_t>(arrivals.size());
  std::vector<std::pair<Moment, int>> changes;
  for (const std::vector<Span>& spans : WorkOf(options, arrivals, begin, end)) {
    for (std::size_t i = 0; i < spans.size();) {
      const Moment from = std::max(begin, spans[i].begin - cold_start);
      Moment until = spans[i].end;
      for (++i; i < spans.size() &&
                spans[i].begin - until <= cold_start + options.stopping;
           ++i) {
        until = spans[i].end;
      }
      const Moment gone = std::min(until + options.stopping, end);
      result.instance_seconds +=
          static_cast<double>(std::max<Moment>(0, gone - from)) / kSecond;
      ++result.starts;
      changes.emplace_back(from, 1);
      changes.emplace_back(until, -1);
    }
  }
  std::sort(changes.begin(), changes.end());
  result.counts.push_back({begin, 0});
  int instances = 0;
  for (const auto& [at, change] : changes) {
    instances += change;
    result.counts.push_back({at, instances});
  }
  return result;
}

}  // namespace prewarm
