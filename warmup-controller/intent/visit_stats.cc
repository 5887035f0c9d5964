#include "warmup-controller/intent/visit_stats.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace prewarm {
namespace {

constexpr double kHalfLife = 200;  // visits
// The sum of all weights, of visits without end.
const double kMostWeight = 1 / (1 - std::pow(0.5, 1 / kHalfLife));
constexpr double kPriorVisits = 10;
constexpr double kPriorConverted = 3;
constexpr std::size_t kEnough = 20;
constexpr double kMargin = 1.25;
constexpr double kHigh = 0.99;
constexpr std::chrono::seconds kUnknown{300};
constexpr std::chrono::seconds kLeast{30};
constexpr std::chrono::seconds kMost{900};
constexpr double kLongestThought = 24 * 3600;

// Nearest rank.
double QuantileOf(const std::vector<double>& sorted, double quantile) {
  const auto rank = static_cast<std::size_t>(
      std::ceil(quantile * static_cast<double>(sorted.size())));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

std::chrono::milliseconds Millis(double seconds) {
  return std::chrono::milliseconds(std::llround(seconds * 1000));
}

}  // namespace

void VisitStats::Thought(std::chrono::duration<double> time) {
  const double seconds = time.count();
  if (!(seconds >= 0 && seconds <= kLongestThought)) return;
  seconds_.push_back(seconds);
  while (seconds_.size() > kept_) seconds_.pop_front();
  summary_.reset();
}

void VisitStats::Ended(bool converted) {
  const double fades = 1 - 1 / kMostWeight;
  ended_ = ended_ * fades + 1;
  converted_ = converted_ * fades + (converted ? 1 : 0);
}

double VisitStats::conversion() const {
  return (std::min(converted_, ended_) + kPriorConverted) /
         (ended_ + kPriorVisits);
}

const VisitStats::Summary& VisitStats::summary() const {
  if (summary_) return *summary_;
  Summary summary;
  if (!seconds_.empty()) {
    std::vector<double> sorted(seconds_.begin(), seconds_.end());
    std::sort(sorted.begin(), sorted.end());
    summary.mean = std::accumulate(sorted.begin(), sorted.end(), 0.0) /
                   static_cast<double>(sorted.size());
    summary.median = QuantileOf(sorted, 0.5);
    summary.high = QuantileOf(sorted, kHigh);
  }
  return summary_.emplace(summary);
}

std::chrono::milliseconds VisitStats::mean() const {
  return Millis(summary().mean);
}

std::chrono::milliseconds VisitStats::median() const {
  return Millis(summary().median);
}

std::chrono::seconds VisitStats::time_to_live() const {
  if (seconds_.size() < kEnough) return kUnknown;
  const auto seconds =
      std::chrono::seconds(std::llround(std::ceil(kMargin * summary().high)));
  return std::clamp(seconds, kLeast, kMost);
}

IntentLearned VisitStats::Learned() const {
  IntentLearned learned;
  learned.think_seconds.assign(seconds_.begin(), seconds_.end());
  learned.opened = static_cast<std::size_t>(std::llround(ended_));
  learned.converted =
      static_cast<std::size_t>(std::llround(std::min(converted_, ended_)));
  return learned;
}

void VisitStats::Restore(const IntentLearned& learned) {
  for (const double seconds : learned.think_seconds) {
    Thought(std::chrono::duration<double>(seconds));
  }
  if (learned.opened == 0 || learned.converted > learned.opened) return;
  ended_ = std::min(static_cast<double>(learned.opened), kMostWeight);
  converted_ = ended_ * static_cast<double>(learned.converted) /
               static_cast<double>(learned.opened);
}

}  // namespace prewarm
