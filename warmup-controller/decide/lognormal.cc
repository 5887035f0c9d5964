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

// Enough for what few censored observations change.
constexpr int kRounds = 8;

// E[X | X > bound] of a normal X: the mean plus the hazard's share.
double ExpectedAbove(double bound, double mean, double deviation) {
  const double z = (bound - mean) / deviation;
  const double density = std::exp(-0.5 * z * z) / std::sqrt(2 * M_PI);
  const double above = 0.5 * std::erfc(z / std::sqrt(2.0));
  // Far out the hazard tends to z + 1/z, and both terms to 0.
  const double hazard = above > 1e-12 ? density / above : z + 1 / z;
  return mean + deviation * hazard;
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

LearnedNormal LearnedNormal::After(const std::vector<double>& values) const {
  if (values.empty()) return *this;
  const auto count = static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) sum += value;
  const double average = sum / count;
  double squares = 0;
  for (const double value : values) {
    squares += (value - average) * (value - average);
  }
  LearnedNormal learned = *this;
  learned.weight_ = weight_ + count;
  learned.mean_ = (weight_ * mean_ + sum) / learned.weight_;
  learned.shape_ = shape_ + count / 2;
  learned.rate_ = rate_ + squares / 2 +
                  weight_ * count * (average - mean_) * (average - mean_) /
                      (2 * learned.weight_);
  return learned;
}

LearnedNormal LearnedNormal::After(const std::vector<LogTime>& observed) const {
  std::vector<double> values;
  values.reserve(observed.size());
  bool censored = false;
  for (const LogTime& one : observed) {
    values.push_back(one.value);
    censored = censored || one.censored;
  }
  LearnedNormal learned = After(values);
  for (int round = 0; censored && round < kRounds; ++round) {
    for (std::size_t i = 0; i < observed.size(); ++i) {
      if (!observed[i].censored) continue;
      values[i] =
          ExpectedAbove(observed[i].value, learned.mean_, learned.Deviation());
    }
    learned = After(values);
  }
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
