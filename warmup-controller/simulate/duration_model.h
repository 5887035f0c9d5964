// How long something takes, each time anew.
#pragma once

#include <random>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/plots/moment.h"

namespace prewarm {

// Immutable; what it draws depends on the generator alone.
class DurationModel {
 public:
  static DurationModel Constant(double seconds);
  // `sigma`: of the logarithm.
  static DurationModel Lognormal(double median_seconds, double sigma);
  // Any of the measured ones, each as likely. Not empty.
  static DurationModel Measured(std::vector<double> seconds);

  // `2s`, `60s~0.3` (median and sigma of a lognormal one), or `8s,9s,14s`
  // (measured). Each up to a day, sigma up to 3.
  static Result<DurationModel> Parse(std::string_view text);
  // Measured ones, one a line: `8s`, or `8.31`, which are seconds. Empty lines
  // don't count. The error names the line.
  static Result<DurationModel> ParseLines(std::string_view text);

  // At least a microsecond.
  Moment Draw(std::mt19937_64* random) const;
  double median_seconds() const;

 private:
  DurationModel() = default;

  std::vector<double> seconds_;  // sorted; one: constant, or the median
  double sigma_ = 0;
};

}  // namespace prewarm
