#include "inference-server/imaging/resample_avx2.h"

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace prewarm {
namespace {

constexpr std::ptrdiff_t kGroup = 4;  // taps read at once
constexpr int kLowBits = 12;

int GroupsOf(const ResampleAxis& axis) {
  return static_cast<int>((axis.taps + kGroup - 1) / kGroup);
}

}  // namespace

std::vector<std::int16_t> PackWeightsForAvx2(const ResampleAxis& axis) {
  const std::size_t groups = static_cast<std::size_t>(GroupsOf(axis));
  std::vector<std::int16_t> packed(axis.start.size() * groups * kGroup * 2);
  for (std::size_t i = 0; i < axis.start.size(); ++i) {
    std::int16_t* out = packed.data() + i * groups * kGroup * 2;
    for (int t = 0; t < axis.count[i]; ++t) {
      const std::int32_t weight =
          axis.weights[i * static_cast<std::size_t>(axis.taps) +
                       static_cast<std::size_t>(t)];
      std::int16_t* group = out + t / kGroup * kGroup * 2;
      group[t % kGroup] =
          static_cast<std::int16_t>(weight & ((1 << kLowBits) - 1));
      group[kGroup + t % kGroup] =
          static_cast<std::int16_t>(weight >> kLowBits);
    }
  }
  return packed;
}

#if defined(__x86_64__)

bool CanResampleWithAvx2() { return __builtin_cpu_supports("avx2") != 0; }

__attribute__((target("avx2"))) void ResampleRgbRowAvx2(
    const std::uint8_t* in, const ResampleAxis& axis,
    const std::int16_t* packed, std::uint8_t* out) {
  const int groups = GroupsOf(axis);
  // Bytes of four pixels to 16-bit pairs: pixels 0, 1 in the lower half and
  // 2, 3 in the upper: r r g g b b - -.
  const __m256i pairs = _mm256_setr_epi8(
      0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,  //
      6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
  const __m256i low_order = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
  const __m256i high_order = _mm256_setr_epi32(2, 2, 2, 2, 3, 3, 3, 3);
  const __m128i half = _mm_set1_epi32(1 << (kResampleBits - 1));
  const std::size_t width = axis.start.size();
  for (std::size_t i = 0; i < width; ++i) {
    const std::uint8_t* pixels = in + std::ptrdiff_t{axis.start[i]} * 3;
    const std::ptrdiff_t used = (axis.count[i] + kGroup - 1) / kGroup;
    __m256i low = _mm256_setzero_si256();
    __m256i high = _mm256_setzero_si256();
    for (std::ptrdiff_t g = 0; g < used; ++g) {
      const __m256i weights = _mm256_castsi128_si256(_mm_loadu_si128(
          reinterpret_cast<const __m128i*>(packed + g * kGroup * 2)));
      const __m256i samples = _mm256_shuffle_epi8(
          _mm256_broadcastsi128_si256(_mm_loadu_si128(
              reinterpret_cast<const __m128i*>(pixels + g * kGroup * 3))),
          pairs);
      low = _mm256_add_epi32(
          low, _mm256_madd_epi16(
                   samples, _mm256_permutevar8x32_epi32(weights, low_order)));
      high = _mm256_add_epi32(
          high, _mm256_madd_epi16(
                    samples, _mm256_permutevar8x32_epi32(weights, high_order)));
    }
    packed += static_cast<std::ptrdiff_t>(groups) * kGroup * 2;
    const __m256i both =
        _mm256_add_epi32(low, _mm256_slli_epi32(high, kLowBits));
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(both),
                                _mm256_extracti128_si256(both, 1));
    sum = _mm_srai_epi32(_mm_add_epi32(sum, half), kResampleBits);
    sum = _mm_packus_epi16(_mm_packs_epi32(sum, sum), sum);
    const std::int32_t rgb = _mm_cvtsi128_si32(sum);
    std::memcpy(out + i * 3, &rgb, 4);
  }
}

#else

bool CanResampleWithAvx2() { return false; }

void ResampleRgbRowAvx2(const std::uint8_t*, const ResampleAxis&,
                        const std::int16_t*, std::uint8_t*) {}

#endif

}  // namespace prewarm
