#include "warmup-controller/simulate/histogram_scaler.h"

#include <algorithm>
#include <cmath>

namespace prewarm {
namespace {

constexpr Moment kBin = 60 * kSecond;
constexpr std::size_t kBins = std::size_t{4} * 60;
constexpr double kHead = 0.05;
constexpr double kTail = 0.99;
constexpr double kMargin = 0.1;
constexpr double kRepresentative = 2;

}  // namespace

HistogramScaler::HistogramScaler()
    : bins_(kBins), keep_(static_cast<Moment>(kBins) * kBin) {}

int HistogramScaler::Floor(const FleetView& fleet) {
  now_ = fleet.now;
  if (idle_since_ < 0) return 0;  // the requests keep what they need
  return load_at_ <= now_ && now_ < unload_at_ ? 1 : 0;
}

Moment HistogramScaler::NextLook() const {
  if (idle_since_ < 0) return kNever;
  if (now_ < load_at_) return load_at_;
  return now_ < unload_at_ ? unload_at_ : kNever;
}

Moment HistogramScaler::IdleTimeout() const {
  return idle_since_ < 0 ? keep_ : 0;
}

bool HistogramScaler::OnArrival(Moment now) {
  if (idle_since_ < 0) return false;
  Learn(now - idle_since_);
  idle_since_ = -1;
  return true;
}

bool HistogramScaler::OnAllIdle(Moment now) {
  idle_since_ = now;
  ChooseWindows();
  return true;
}

void HistogramScaler::Learn(Moment idle_time) {
  const auto bin = static_cast<std::size_t>(idle_time / kBin);
  if (bin >= kBins) {
    ++out_of_bounds_;
    return;
  }
  const auto before = static_cast<double>(bins_[bin]);
  squares_ += 2 * before + 1;
  ++bins_[bin];
  ++learned_;
}

void HistogramScaler::ChooseWindows() {
  const auto count = static_cast<double>(kBins);
  const double mean = static_cast<double>(learned_) / count;
  const double variance = std::max(0.0, squares_ / count - mean * mean);
  const bool is_representative =
      learned_ > 0 && std::sqrt(variance) >= kRepresentative * mean &&
      out_of_bounds_ <= learned_;
  if (!is_representative) {
    load_at_ = idle_since_;
    keep_ = static_cast<Moment>(kBins) * kBin;
    unload_at_ = idle_since_ + keep_;
    return;
  }
  const auto head = static_cast<double>(Percentile(kHead)) * kBin;
  const auto tail = static_cast<double>(Percentile(kTail) + 1) * kBin;
  load_at_ = idle_since_ + std::llround((1 - kMargin) * head);
  unload_at_ = idle_since_ + std::llround((1 + kMargin) * tail);
  keep_ = unload_at_ - load_at_;
}

std::size_t HistogramScaler::Percentile(double share) const {
  const auto wanted = static_cast<std::int64_t>(
      std::ceil(share * static_cast<double>(learned_)));
  std::int64_t seen = 0;
  for (std::size_t bin = 0; bin < bins_.size(); ++bin) {
    seen += bins_[bin];
    if (seen >= std::max<std::int64_t>(1, wanted)) return bin;
  }
  return bins_.size() - 1;
}

}  // namespace prewarm
