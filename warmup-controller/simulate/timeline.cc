#include "warmup-controller/simulate/timeline.h"

#include <algorithm>

namespace prewarm {
namespace {

double Length(Moment begin, Moment end, int parts) {
  return static_cast<double>(end - begin) / parts;
}

}  // namespace

std::vector<double> RequestsOver(const std::vector<Moment>& arrivals,
                                 Moment begin, Moment end, int parts) {
  std::vector<double> requests(static_cast<std::size_t>(parts));
  const double length = Length(begin, end, parts);
  for (const Moment arrival : arrivals) {
    const auto part =
        static_cast<int>(static_cast<double>(arrival - begin) / length);
    requests[static_cast<std::size_t>(std::clamp(part, 0, parts - 1))] += 1;
  }
  return requests;
}

std::vector<double> InstancesOver(const std::vector<FleetResult::Count>& counts,
                                  Moment begin, Moment end, int parts,
                                  int FleetResult::Count::*which) {
  std::vector<double> instances(static_cast<std::size_t>(parts));
  const double length = Length(begin, end, parts);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const Moment until = i + 1 < counts.size() ? counts[i + 1].at : end;
    double from = static_cast<double>(std::max(counts[i].at, begin) - begin);
    const auto to = static_cast<double>(std::min(until, end) - begin);
    while (from < to) {
      const auto part = std::min(parts - 1, static_cast<int>(from / length));
      const double edge =
          part == parts - 1 ? to : std::min(to, (part + 1) * length);
      instances[static_cast<std::size_t>(part)] +=
          counts[i].*which * (edge - from) / length;
      // Rounding may leave it where it was.
      from = std::max(edge, from + 1);
    }
  }
  return instances;
}

}  // namespace prewarm
