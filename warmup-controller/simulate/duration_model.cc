#include "warmup-controller/simulate/duration_model.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "common/base/utf8.h"
#include "warmup-controller/policy/duration.h"
#include "warmup-controller/simulate/trace_text.h"

namespace prewarm {
namespace {

constexpr double kLongest = 24 * 3600;
constexpr double kMaxSigma = 3;

Result<double> ParseSeconds(std::string_view text) {
  PREWARM_ASSIGN_OR_RETURN(const std::chrono::milliseconds time,
                           ParseDuration(text));
  const double seconds = std::chrono::duration<double>(time).count();
  if (seconds <= kLongest) return seconds;
  return MakeError(ErrorCode::kInvalidArgument,
                   "got " + Quoted(text) + ", expected at most 24h");
}

Result<double> ParseSigma(std::string_view text) {
  const std::string copy(text);
  char* end = nullptr;
  const double sigma = std::strtod(copy.c_str(), &end);
  if (!copy.empty() && *end == '\0' && sigma >= 0 && sigma <= kMaxSigma) {
    return sigma;
  }
  return MakeError(ErrorCode::kInvalidArgument,
                   "got " + Quoted(text) +
                       " after ~, expected the sigma of a logarithm, 0 to 3");
}

}  // namespace

DurationModel DurationModel::Constant(double seconds) {
  return Measured({seconds});
}

DurationModel DurationModel::Lognormal(double median_seconds, double sigma) {
  DurationModel model = Constant(median_seconds);
  model.sigma_ = sigma;
  return model;
}

DurationModel DurationModel::Measured(std::vector<double> seconds) {
  DurationModel model;
  model.seconds_ = std::move(seconds);
  std::sort(model.seconds_.begin(), model.seconds_.end());
  return model;
}

Result<DurationModel> DurationModel::Parse(std::string_view text) {
  const std::size_t tilde = text.find('~');
  if (tilde != std::string_view::npos) {
    PREWARM_ASSIGN_OR_RETURN(const double median,
                             ParseSeconds(text.substr(0, tilde)));
    PREWARM_ASSIGN_OR_RETURN(const double sigma,
                             ParseSigma(text.substr(tilde + 1)));
    return Lognormal(median, sigma);
  }
  std::vector<double> measured;
  while (true) {
    const std::size_t comma = text.find(',');
    PREWARM_ASSIGN_OR_RETURN(const double seconds,
                             ParseSeconds(text.substr(0, comma)));
    measured.push_back(seconds);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return Measured(std::move(measured));
}

Result<DurationModel> DurationModel::ParseLines(std::string_view text) {
  constexpr char kExpectedLine[] =
      "a duration of at most 24h, as 8s, or its seconds, as 8.31";
  std::vector<double> measured;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = TakeLine(&text);
    if (IsBlank(line)) continue;
    auto seconds = ParseNumber(line);
    if (!seconds) {
      const auto duration = ParseSeconds(line);
      if (duration.ok()) seconds = *duration;
    }
    if (!seconds || *seconds < 0 || *seconds > kLongest) {
      return LineError(number, line, kExpectedLine);
    }
    measured.push_back(*seconds);
  }
  if (!measured.empty()) return Measured(std::move(measured));
  return MakeError(
      ErrorCode::kInvalidArgument,
      std::string("there is no line of it: expected ") + kExpectedLine);
}

Moment DurationModel::Draw(std::mt19937_64* random) const {
  double seconds = seconds_.front();
  if (seconds_.size() > 1) {
    std::uniform_int_distribution<std::size_t> any(0, seconds_.size() - 1);
    seconds = seconds_[any(*random)];
  } else if (sigma_ > 0) {
    std::normal_distribution<double> normal(0, sigma_);
    seconds *= std::exp(normal(*random));
  }
  return std::max<Moment>(1, std::llround(seconds * kSecond));
}

double DurationModel::median_seconds() const {
  return seconds_[(seconds_.size() - 1) / 2];
}

}  // namespace prewarm
