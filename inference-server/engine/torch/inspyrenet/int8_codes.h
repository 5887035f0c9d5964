// Activations in eight bits, a token at a time: each has a scale and a zero of
// its own, so that its result depends on no other token, and one that is far
// larger than the rest costs only itself accuracy.
#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

namespace prewarm::inspyrenet {

// value = scale * (code - zero), code 0 to 255. Zero is exact.
struct TokenScale {
  float scale;  // NaN where a value of the token is not finite
  std::int32_t zero;
};

// Each finite value is off by half the scale at most, which is the token's
// range (zero included) / 255.
TokenScale Encode(const float* token, std::int64_t count, std::uint8_t* codes);
TokenScale Encode(const c10::BFloat16* token, std::int64_t count,
                  std::uint8_t* codes);

// What turns sums of code * weight into outputs, for each output channel.
struct Channels {
  std::int64_t count;
  const float* scales;         // of the weights
  const std::int32_t* totals;  // sum of the channel's int8 weights
  const float* bias;
};

// y = scale * (sum - zero * total) + bias; exact but for the last two steps.
void Decode(const std::int32_t* sums, const TokenScale& token,
            const Channels& channels, float* y);
void Decode(const std::int32_t* sums, const TokenScale& token,
            const Channels& channels, c10::BFloat16* y);

}  // namespace prewarm::inspyrenet
