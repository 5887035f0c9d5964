#include "warmup-controller/decide/lognormal.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace prewarm {
namespace {

// Ten digits are plenty; long doubles would take five times as long.
using StudentT = boost::math::students_t_distribution<
    double, boost::math::policies::policy<
                boost::math::policies::promote_double<false>>>;

// They settle to a percent even where nothing but the censored is known.
constexpr int kRounds = 16;

// The ratio of a normal's density to what lies above, in deviations.
double Hazard(double z) {
  const double above = 0.5 * std::erfc(z / std::sqrt(2.0));
  // Far out it tends to z + 1/z, and both terms to 0.
  if (above < 1e-12) return z + 1 / z;
  return std::exp(-0.5 * z * z) / std::sqrt(2 * M_PI) / above;
}

// What "greater than the bound" is worth as an observation: the first two
// derivatives of its likelihood are kept. A bound far below the mean weighs
// nothing, one far above it as much as a value that was measured (the missing
// information principle: Orchard, Woodbury 1972; Louis 1982).
struct Worth {
  double weight = 0;   // in the mean
  double sum = 0;      // weight times the value that it stands for
  double shape = 0;    // in the deviation
  double squares = 0;  // from the mean
};

Worth WorthOf(double bound, double mean, double deviation) {
  const double z = (bound - mean) / deviation;
  const double hazard = Hazard(z);
  Worth worth;
  worth.weight = std::clamp(hazard * (hazard - z), 0.0, 1.0);
  worth.sum = worth.weight * mean + deviation * hazard;
  if (z > 0) {
    const double shape = std::min(1.0, (hazard * z + z * z * worth.weight) / 2);
    worth.shape = shape / 2;
    worth.squares = deviation * deviation * (shape + hazard * z);
  } else {
    // It argues for a smaller deviation, and no further than to the mean.
    worth.shape = -hazard * z / 2;
  }
  return worth;
}

}  // namespace

LearnedNormal::LearnedNormal(double mean, double deviation, double weight,
                             double shape)
    : mean_(mean),
      weight_(weight),
      shape_(shape),
      rate_(shape * deviation * deviation) {}

LearnedNormal LearnedNormal::AsPrior(double weight, double shape) const {
  return {mean_, Deviation(), weight, shape};
}

LearnedNormal LearnedNormal::After(const std::vector<LogTime>& observed) const {
  LearnedNormal learned = With(observed, *this);
  const bool censored =
      std::any_of(observed.begin(), observed.end(),
                  [](const LogTime& one) { return one.censored; });
  for (int round = 0; censored && round < kRounds; ++round) {
    learned = With(observed, learned);
  }
  return learned;
}

LearnedNormal LearnedNormal::With(const std::vector<LogTime>& observed,
                                  const LearnedNormal& guess) const {
  LearnedNormal learned = *this;
  double sum = weight_ * mean_;
  double squares = 0;
  for (const LogTime& one : observed) {
    Worth worth{1, one.value, 0.5, 0};
    if (one.censored) {
      worth = WorthOf(one.value, guess.mean_, guess.Deviation());
    }
    learned.weight_ += worth.weight;
    learned.shape_ += worth.shape;
    sum += worth.sum;
    squares += worth.squares;
  }
  learned.mean_ = sum / learned.weight_;
  const auto from_mean = [&](double value) {
    return (value - learned.mean_) * (value - learned.mean_);
  };
  squares += weight_ * from_mean(mean_);
  for (const LogTime& one : observed) {
    if (!one.censored) squares += from_mean(one.value);
  }
  learned.rate_ += squares / 2;
  return learned;
}

double LearnedNormal::Deviation() const { return std::sqrt(rate_ / shape_); }

double LearnedNormal::Scale() const {
  return std::sqrt(rate_ * (weight_ + 1) / (shape_ * weight_));
}

double LearnedNormal::Quantile(double probability) const {
  const StudentT t(2 * shape_);
  return mean_ + Scale() * boost::math::quantile(t, probability);
}

double LearnedNormal::Probability(double value) const {
  const StudentT t(2 * shape_);
  return boost::math::cdf(t, (value - mean_) / Scale());
}

double EmpiricalQuantile(std::vector<LogTime> observed, double probability) {
  std::sort(
      observed.begin(), observed.end(), [](const LogTime& a, const LogTime& b) {
        return a.value != b.value ? a.value < b.value : a.censored < b.censored;
      });
  double still = 1;  // the share that takes longer
  for (std::size_t i = 0; i < observed.size(); ++i) {
    const auto left = static_cast<double>(observed.size() - i);
    if (!observed[i].censored) still *= 1 - 1 / left;
    if (still <= 1 - probability + 1e-9) return observed[i].value;
  }
  return observed.back().value;
}

}  // namespace prewarm
