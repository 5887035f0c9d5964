#include "inference-server/warmup/eta.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace prewarm {
namespace {

// Of a record's weight, for each start since.
constexpr double kForgetting = 0.8;
constexpr std::size_t kEnough = 5;
// Of the elapsed time, where all records were faster.
constexpr double kOverdueP50 = 0.25;
constexpr double kOverdueP90 = 1.0;
// Of the elapsed time, where it nears the slowest: "done at once" is a promise
// that no record can back.
constexpr double kLeastP50 = 0.02;
constexpr double kLeastP90 = 0.1;
// Sums of what is larger need not be finite.
constexpr double kLongest = 1e12;

struct Weighted {
  double value;
  double weight;
};

double Quantile(std::vector<Weighted> values, double q) {
  std::sort(
      values.begin(), values.end(),
      [](const Weighted& a, const Weighted& b) { return a.value < b.value; });
  double total = 0;
  for (const Weighted& v : values) total += v.weight;
  double sum = 0;
  for (const Weighted& v : values) {
    sum += v.weight;
    if (sum >= q * total) return v.value;
  }
  return values.back().value;
}

double EndOf(const PhaseTiming& phase) {
  return phase.start_ms + phase.duration_ms;
}

bool Sane(const WarmUpRecord& record) {
  return record.total_ms > 0 && record.total_ms <= kLongest &&
         std::all_of(record.phases.begin(), record.phases.end(),
                     [](const PhaseTiming& phase) {
                       return EndOf(phase) >= 0 && EndOf(phase) <= kLongest;
                     });
}

// What that start took from the end of the phase that ended last here; from
// its beginning where it had no such phase.
double TotalLike(const WarmUpRecord& record, const WarmUpPosition& position) {
  if (position.finished.empty()) return record.total_ms;
  const PhaseTiming& here = position.finished.back();
  const auto there =
      std::find_if(record.phases.begin(), record.phases.end(),
                   [&](const PhaseTiming& p) { return p.name == here.name; });
  if (there == record.phases.end()) return record.total_ms;
  return EndOf(here) + std::max(0.0, record.total_ms - EndOf(*there));
}

}  // namespace

EtaModel::EtaModel(std::vector<WarmUpRecord> records, int phases)
    : records_(std::move(records)), phases_(phases) {
  records_.erase(std::remove_if(records_.begin(), records_.end(),
                                [](const WarmUpRecord& r) { return !Sane(r); }),
                 records_.end());
}

CachedState EtaModel::Expected(const WarmUpPosition& position) const {
  if (position.cached) return *position.cached;
  // Whoever was here before has left its prepared state.
  return records_.empty() ? CachedState::kMiss : CachedState::kHit;
}

Eta EtaModel::Remaining(const WarmUpPosition& position) const {
  const auto is_hit = [](CachedState c) { return c == CachedState::kHit; };
  const bool hit = is_hit(Expected(position));
  const double elapsed = std::max(0.0, position.elapsed_ms);
  std::vector<Weighted> remaining;
  std::size_t fitting = 0;
  // Of the other kind only while there is none of this.
  for (const bool same : {true, false}) {
    double weight = 1;
    for (auto it = records_.rbegin(); it != records_.rend(); ++it) {
      if ((is_hit(it->cached) == hit) != same) continue;
      fitting += same ? 1 : 0;
      const double total = TotalLike(*it, position);
      if (total > elapsed) remaining.push_back({total - elapsed, weight});
      weight *= kForgetting;
    }
    if (fitting > 0) break;
  }
  Eta eta;
  if (records_.empty()) return eta;
  if (remaining.empty()) {
    eta.p50_ms = kOverdueP50 * elapsed;
    eta.p90_ms = kOverdueP90 * elapsed;
    return eta;
  }
  eta.p50_ms = std::max(Quantile(remaining, 0.5), kLeastP50 * elapsed);
  eta.p90_ms = std::max(Quantile(remaining, 0.9), kLeastP90 * elapsed);
  if (fitting < kEnough) {
    // Few records know nothing of the rare ones.
    const double widening = 1 + 2.0 / static_cast<double>(fitting + 1);
    eta.p90_ms = std::max(*eta.p90_ms, *eta.p50_ms * widening);
  }
  return eta;
}

double EtaModel::Progress(const WarmUpPosition& position) const {
  constexpr double kAlmost = 0.99;
  const Eta eta = Remaining(position);
  const double elapsed = std::max(0.0, position.elapsed_ms);
  const double share =
      eta.p50_ms ? elapsed / std::max(elapsed + *eta.p50_ms, 1e-9)
                 : static_cast<double>(position.finished.size()) / phases_;
  return std::min(kAlmost, std::max(0.0, share));
}

}  // namespace prewarm
