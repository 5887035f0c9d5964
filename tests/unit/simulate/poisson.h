// Traffic without a memory.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "warmup-controller/plots/moment.h"

namespace prewarm {

// One request each `gap_seconds` on average.
inline std::vector<Moment> PoissonArrivals(Moment begin, Moment end,
                                           double gap_seconds,
                                           std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::exponential_distribution<double> gap(1 / gap_seconds);
  std::vector<Moment> arrivals;
  Moment at = begin;
  while ((at += std::llround(gap(random) * kSecond)) < end) {
    arrivals.push_back(at);
  }
  return arrivals;
}

}  // namespace prewarm
