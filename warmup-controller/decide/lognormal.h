// A normal distribution of unknown mean and variance that is learned from
// observations, some of them censored; here that of logarithms of times.
#pragma once

#include <vector>

namespace prewarm {

struct LogTime {
  double value = 0;
  bool censored = false;  // it is greater
};

// Normal-inverse-gamma, the conjugate prior; immutable.
class LearnedNormal {
 public:
  // As if `weight` observations had the mean and `shape` doubled ones this
  // standard deviation.
  LearnedNormal(double mean, double deviation, double weight, double shape);

  // A censored one says no more than that it is greater: below what is expected
  // that is nothing.
  LearnedNormal After(const std::vector<LogTime>& observed) const;
  // This one's mean and deviation as a prior of the given strength.
  LearnedNormal AsPrior(double weight, double shape) const;

  // Of the next observation (Student's t).
  double Quantile(double probability) const;
  double Probability(double value) const;

 private:
  // Censored ones are weighed by what they would say were `guess` true.
  LearnedNormal With(const std::vector<LogTime>& observed,
                     const LearnedNormal& guess) const;
  double Deviation() const;
  double Scale() const;

  double mean_;
  double weight_;
  double shape_;  // alpha
  double rate_;   // beta
};

// The least value that the next one does not exceed with this probability by
// the observations alone (Kaplan, Meier); the greatest where they can't tell.
// `observed` is not empty.
double EmpiricalQuantile(std::vector<LogTime> observed, double probability);

}  // namespace prewarm
