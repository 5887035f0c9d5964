#include "common/base/half.h"

#include <immintrin.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace prewarm {
namespace {

constexpr std::uint16_t kExponent = 0x7c00;  // all ones: infinite or NaN

// Conversion is on the way to the first result: eight values a step. Returns
// how many it converted.
__attribute__((target("avx2,f16c"))) std::size_t ConvertByEight(
    const std::uint8_t* halves, std::size_t count, float* out, bool* finite) {
  const __m128i exponent = _mm_set1_epi16(kExponent);
  __m128i bad = _mm_setzero_si128();
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m128i h =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(halves + 2 * i));
    bad = _mm_or_si128(bad,
                       _mm_cmpeq_epi16(_mm_and_si128(h, exponent), exponent));
    _mm256_storeu_ps(out + i, _mm256_cvtph_ps(h));
  }
  *finite = _mm_testz_si128(bad, bad) != 0;
  return i;
}

}  // namespace

float HalfToFloat(std::uint16_t half) {
  const int exponent = (half & kExponent) >> 10;
  const int fraction = half & 0x3ff;
  float value = 0;
  if (exponent == 31) {
    value = fraction == 0 ? std::numeric_limits<float>::infinity()
                          : std::numeric_limits<float>::quiet_NaN();
  } else if (exponent == 0) {
    value = std::ldexp(static_cast<float>(fraction), -24);
  } else {
    value = std::ldexp(static_cast<float>(fraction + 0x400), exponent - 25);
  }
  return (half & 0x8000) != 0 ? -value : value;
}

bool HalvesToFloats(const std::uint8_t* halves, std::size_t count, float* out) {
  bool finite = true;
  std::size_t i = 0;
  // Every CPU with AVX2 has F16C, which clang has no name for.
  if (__builtin_cpu_supports("avx2") != 0) {
    i = ConvertByEight(halves, count, out, &finite);
  }
  for (; i < count; ++i) {
    std::uint16_t half = 0;
    std::memcpy(&half, halves + 2 * i, sizeof half);
    finite = finite && (half & kExponent) != kExponent;
    out[i] = HalfToFloat(half);
  }
  return finite;
}

bool AllFinite(const float* values, std::size_t count) {
  // x * 0 is 0 for every finite x and NaN for the others; the sum keeps it,
  // and the compiler may not reorder it away without -ffast-math.
  float lanes[16] = {};
  std::size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    for (std::size_t k = 0; k < 16; ++k) lanes[k] += values[i + k] * 0.F;
  }
  float sum = 0;
  for (; i < count; ++i) sum += values[i] * 0.F;
  for (const float lane : lanes) sum += lane;
  return sum == 0.F;
}

}  // namespace prewarm
