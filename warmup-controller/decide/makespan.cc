#include "warmup-controller/decide/makespan.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "warmup-controller/decide/lognormal.h"

namespace prewarm {
namespace {

// A typical makespan before anything was measured: an instance appears on a
// node that knows its image, then the waves of warm-ups.
constexpr double kStart = 20;  // seconds
constexpr double kWave = 10;
constexpr double kColdNode = 30;  // an image of a gigabyte
// The prior: two of three starts within a factor of 1.5 of it.
constexpr double kDeviation = 0.4;
constexpr double kWeight = 1;
constexpr double kShape = 2;

double Typical(int instances, int parallelism, bool cold_node) {
  const int waves = (instances + parallelism - 1) / parallelism;
  return kStart + kWave * waves + (cold_node ? kColdNode : 0);
}

int Bucket(int instances) {
  return static_cast<int>(std::log2(static_cast<double>(instances)));
}

// What starts on cold nodes, or on warm ones, tell of a number of instances.
class Starts {
 public:
  Starts(const std::deque<Makespan>& observed, bool cold_node)
      : cold_node_(cold_node) {
    for (const Makespan& one : observed) {
      if (one.cold_node != cold_node) continue;
      const double typical = Typical(one.instances, one.parallelism, cold_node);
      const double took = std::chrono::duration<double>(one.took).count();
      all_.push_back({std::log(took / typical), one.censored});
      buckets_.push_back(Bucket(one.instances));
    }
  }

  std::size_t count() const { return all_.size(); }

  double Quantile(int instances, int parallelism, double quantile) const {
    const std::vector<LogTime> like = Like(instances);
    double ratio = Learned(like).Quantile(quantile);
    if (!like.empty()) {
      ratio = std::max(ratio, EmpiricalQuantile(like, quantile));
    }
    return std::exp(ratio) * Typical(instances, parallelism, cold_node_);
  }

  // That it takes `seconds` at most.
  double Probability(int instances, int parallelism, double seconds) const {
    const double ratio =
        std::log(seconds / Typical(instances, parallelism, cold_node_));
    return Learned(Like(instances)).Probability(ratio);
  }

 private:
  std::vector<LogTime> Like(int instances) const {
    std::vector<LogTime> like;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (buckets_[i] == Bucket(instances)) like.push_back(all_[i]);
    }
    return like;
  }

  LearnedNormal Learned(const std::vector<LogTime>& like) const {
    const LearnedNormal prior(0, kDeviation, kWeight, kShape);
    const LearnedNormal pooled = prior.After(all_);
    if (like.empty() || like.size() == all_.size()) return pooled;
    return pooled.AsPrior(kWeight, kShape).After(like);
  }

  bool cold_node_;
  std::vector<LogTime> all_;  // ratios to the typical makespan
  std::vector<int> buckets_;
};

}  // namespace

void MakespanModel::Add(const Makespan& observed) {
  kept_.push_back(observed);
  Makespan& last = kept_.back();
  last.instances = std::max(1, last.instances);
  last.parallelism = std::max(1, last.parallelism);
  last.took = std::max(last.took, std::chrono::milliseconds(1));
  if (kept_.size() > kKept) kept_.erase(LeastTelling());
}

// Visitors who leave again at once would else wash away what was measured.
std::deque<Makespan>::const_iterator MakespanModel::LeastTelling() const {
  auto quickest = std::chrono::milliseconds::max();
  for (const Makespan& one : kept_) {
    if (!one.censored) quickest = std::min(quickest, one.took);
  }
  const auto found = std::find_if(
      kept_.begin(), kept_.end(),
      [&](const Makespan& one) { return one.censored && one.took < quickest; });
  return found == kept_.end() ? kept_.begin() : found;
}

double MakespanModel::QuantileOf(int instances, int parallelism,
                                 double quantile) const {
  const Starts warm(kept_, false);
  const Starts cold(kept_, true);
  if (cold.count() == 0) {
    return warm.Quantile(instances, parallelism, quantile);
  }
  if (warm.count() == 0) {
    return cold.Quantile(instances, parallelism, quantile);
  }
  const double share = static_cast<double>(cold.count()) /
                       static_cast<double>(cold.count() + warm.count());
  double low = warm.Quantile(instances, parallelism, quantile);
  double high = cold.Quantile(instances, parallelism, quantile);
  if (low >= high) return low;  // cold nodes are no slower here
  // By bisection, to a hundredth.
  while (high - low > 0.01 * low) {
    const double middle = 0.5 * (low + high);
    const double within =
        share * cold.Probability(instances, parallelism, middle) +
        (1 - share) * warm.Probability(instances, parallelism, middle);
    (within < quantile ? low : high) = middle;
  }
  return high;
}

std::chrono::milliseconds MakespanModel::Quantile(int instances,
                                                  int parallelism,
                                                  double quantile) const {
  std::set<int> measured;
  for (const Makespan& one : kept_) measured.insert(Bucket(one.instances));
  const int bucket = Bucket(instances);
  double seconds = QuantileOf(instances, parallelism, quantile);
  const auto next = measured.lower_bound(bucket);
  if (next != measured.end() && *next != bucket) {
    // What more of them were seen to need is enough.
    seconds = std::min(seconds, QuantileOf(1 << *next, parallelism, quantile));
  }
  for (const int fewer : measured) {
    if (fewer >= bucket) break;
    seconds =
        std::max(seconds, QuantileOf((2 << fewer) - 1, parallelism, quantile));
  }
  // A week is more than any bound of a lead time.
  seconds = std::min(seconds, 7.0 * 24 * 3600);
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(std::ceil(seconds * 1000)));
}

}  // namespace prewarm
