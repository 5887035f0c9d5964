#include "warmup-controller/kube/rate_budget.h"

#include <algorithm>
#include <cmath>

namespace prewarm::kube {

RateBudget::Ticket RateBudget::Ask(CallClass priority) {
  lines_[static_cast<std::size_t>(priority)].waiting.push_back(next_);
  return next_++;
}

void RateBudget::Withdraw(Ticket ticket) {
  for (Line& line : lines_) {
    const auto found =
        std::find(line.waiting.begin(), line.waiting.end(), ticket);
    if (found != line.waiting.end()) line.waiting.erase(found);
  }
}

std::vector<RateBudget::Ticket> RateBudget::Grant(SteadyTime now) {
  Refill(now);
  std::vector<Ticket> granted;
  for (Line& line : lines_) {
    if (line.not_before > now) continue;
    while (tokens_ >= 1 && !line.waiting.empty()) {
      granted.push_back(line.waiting.front());
      line.waiting.pop_front();
      tokens_ -= 1;
    }
  }
  return granted;
}

std::optional<SteadyTime> RateBudget::NextGrant(SteadyTime now) const {
  std::optional<SteadyTime> open;
  for (const Line& line : lines_) {
    if (line.waiting.empty()) continue;
    const SteadyTime at = std::max(now, line.not_before);
    open = open ? std::min(*open, at) : at;
  }
  if (!open || tokens_ >= 1) return open;
  const SteadyTime filled = filled_.value_or(now);
  // A nanosecond more: the whole token must be there by then.
  const auto missing = std::chrono::nanoseconds(static_cast<std::int64_t>(
      std::ceil((1 - tokens_) / limits_.per_second * 1e9) + 1));
  return std::max(*open, filled + missing);
}

void RateBudget::Pause(CallClass priority, SteadyTime now,
                       std::chrono::seconds time) {
  const SteadyTime until = now + std::min(time, kLongestPause);
  for (auto i = static_cast<std::size_t>(priority); i < kCallClasses; ++i) {
    lines_[i].not_before = std::max(lines_[i].not_before, until);
  }
}

void RateBudget::Refill(SteadyTime now) {
  if (filled_ && now > *filled_) {
    const std::chrono::duration<double> passed = now - *filled_;
    tokens_ =
        std::min(limits_.burst, tokens_ + passed.count() * limits_.per_second);
  }
  if (!filled_ || now > *filled_) filled_ = now;
}

}  // namespace prewarm::kube
