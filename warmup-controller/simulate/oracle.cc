#include "warmup-controller/simulate/oracle.h"

#include <algorithm>

#include "warmup-controller/simulate/fixed_scaler.h"

namespace prewarm {
namespace {

struct Span {
  Moment begin;
  Moment end;
};

struct Change {
  Moment at;
  int instances;  // more or fewer
  int warm;
};

// When each instance of a fleet that is always warm works; `waits`: how long
// requests wait for it, of those that do.
std::vector<std::vector<Span>> WorkOf(const FleetOptions& options,
                                      const std::vector<Moment>& arrivals,
                                      Moment begin, Moment end,
                                      std::vector<float>* waits) {
  FleetOptions warm = options;
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
  *waits = Simulate(warm, arrivals, begin, end, &always).waits;
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
  std::vector<Change> changes;
  for (const std::vector<Span>& spans :
       WorkOf(options, arrivals, begin, end, &result.waits)) {
    for (std::size_t i = 0; i < spans.size();) {
      const Moment from = std::max(begin, spans[i].begin - cold_start);
      const Moment ready = spans[i].begin;
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
      changes.push_back({from, 1, 0});
      changes.push_back({ready, 0, 1});
      changes.push_back({until, -1, -1});
    }
  }
  std::sort(changes.begin(), changes.end(),
            [](const Change& a, const Change& b) { return a.at < b.at; });
  FleetResult::Count count{begin, 0};
  result.counts.push_back(count);
  for (const Change& change : changes) {
    count.at = change.at;
    count.instances += change.instances;
    count.warm += change.warm;
    result.counts.push_back(count);
  }
  return result;
}

}  // namespace prewarm
