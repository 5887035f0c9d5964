// Means and spreads of a set of pixels, for s_measure. Pure, thread-safe.
#pragma once

#include <cstdint>

namespace prewarm::quality {

// Sums over a set of pixels in whole numbers: a spread that is zero is exactly
// zero, which s_measure.cc asks for.
struct Sums {
  std::uint64_t n = 0;
  std::uint64_t matte = 0;
  std::uint64_t matte_squared = 0;
  std::uint64_t truth = 0;  // each 0 or 1, so it is its own square
  std::uint64_t product = 0;

  void Add(unsigned m, bool t) {
    ++n;
    matte += m;
    matte_squared += static_cast<std::uint64_t>(m) * m;
    truth += t ? 1 : 0;
    product += t ? m : 0;
  }
};

__extension__ using Wide = __int128;  // n * sum of squares passes 64 bits

// n sum(ab) - sum(a) sum(b), over n (n - 1).
inline double Covariance(const Sums& sums, std::uint64_t ab, std::uint64_t a,
                         std::uint64_t b) {
  if (sums.n < 2) return 0;
  const Wide spread = static_cast<Wide>(sums.n) * ab - static_cast<Wide>(a) * b;
  const auto n = static_cast<double>(sums.n);
  return static_cast<double>(spread) / (n * (n - 1));
}

}  // namespace prewarm::quality
