#include "inference-server/engine/torch/inspyrenet/int8_codes.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "inference-server/imaging/vectorise.h"

namespace prewarm::inspyrenet {
namespace {

constexpr float kCodes = 255;
// Added to a value between -2^22 and 2^22 it rounds to the nearest integer,
// which the sum's last bits then are.
constexpr float kRound = 12582912;  // 1.5 * 2^23
constexpr std::int32_t kRoundBits = 0x4B400000;
constexpr std::int32_t kInfinity = 0x7F800000;
constexpr std::int32_t kMagnitude = 0x7FFFFFFF;

// Loops over these are vectorised without -ffast-math: minima, maxima and
// clamps are of integers.
template <typename To, typename From>
inline To Bits(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof(to));
  return to;
}

inline float Widen(float value) { return value; }
inline float Widen(c10::BFloat16 value) {
  return Bits<float>(static_cast<std::uint32_t>(value.x) << 16);
}

inline void Narrow(float value, float* to) { *to = value; }
inline void Narrow(float value, c10::BFloat16* to) {
  const auto bits = Bits<std::uint32_t>(value);
  const std::uint32_t rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
  const bool nan = (bits & kMagnitude) > kInfinity;
  to->x = static_cast<std::uint16_t>(nan ? 0x7FC0 : rounded);
}

// Integers in the order of the floats; its own inverse.
inline std::int32_t Ordered(std::int32_t bits) {
  return bits ^ ((bits >> 31) & kMagnitude);
}

template <typename T>
inline __attribute__((always_inline)) TokenScale EncodeAny(
    const T* token, std::int64_t count, std::uint8_t* codes) {
  std::int32_t low = 0, high = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto value = Ordered(Bits<std::int32_t>(Widen(token[i])));
    low = std::min(low, value);
    high = std::max(high, value);
  }
  const auto lowest = Bits<float>(Ordered(low));
  const auto highest = Bits<float>(high);
  // NaN is beyond infinity in this order.
  if (high >= kInfinity || (Ordered(low) & kMagnitude) >= kInfinity) {
    std::memset(codes, 0, count);
    return {std::numeric_limits<float>::quiet_NaN(), 0};
  }
  // Divided first: their difference may leave the range.
  const float scale = std::max(highest / kCodes - lowest / kCodes,
                               std::numeric_limits<float>::min());
  const float inverse = 1 / scale;
  const float zero = std::nearbyint(-lowest * inverse);
  for (std::int64_t i = 0; i < count; ++i) {
    const float near = Widen(token[i]) * inverse + zero;
    const std::int32_t code = Bits<std::int32_t>(near + kRound) - kRoundBits;
    codes[i] = static_cast<std::uint8_t>(std::clamp(code, 0, 255));
  }
  return {scale, static_cast<std::int32_t>(zero)};
}

template <typename T>
inline __attribute__((always_inline)) void DecodeAny(const std::int32_t* sums,
                                                     const TokenScale& token,
                                                     const Channels& channels,
                                                     T* y) {
  const float scale = token.scale;
  const std::int32_t zero = token.zero;
  for (std::int64_t i = 0; i < channels.count; ++i) {
    const std::int32_t sum = sums[i] - zero * channels.totals[i];
    Narrow(static_cast<float>(sum) * (scale * channels.scales[i]) +
               channels.bias[i],
           y + i);
  }
}

}  // namespace

PREWARM_VECTORISED TokenScale Encode(const float* token, std::int64_t count,
                                     std::uint8_t* codes) {
  return EncodeAny(token, count, codes);
}
PREWARM_VECTORISED TokenScale Encode(const c10::BFloat16* token,
                                     std::int64_t count, std::uint8_t* codes) {
  return EncodeAny(token, count, codes);
}
PREWARM_VECTORISED void Decode(const std::int32_t* sums,
                               const TokenScale& token,
                               const Channels& channels, float* y) {
  DecodeAny(sums, token, channels, y);
}
PREWARM_VECTORISED void Decode(const std::int32_t* sums,
                               const TokenScale& token,
                               const Channels& channels, c10::BFloat16* y) {
  DecodeAny(sums, token, channels, y);
}

}  // namespace prewarm::inspyrenet
