// The one loop of the resampler that a compiler does not vectorise well: RGB
// along a row, with AVX2. Thread-safe.
#pragma once

#include <cstdint>
#include <vector>

namespace prewarm {

// The weights of one axis: target i is the sum over t < count[i] of
// weights[i * taps + t] * source[start[i] + t], in units of 2^-22.
struct ResampleAxis {
  int taps = 0;
  std::vector<int> start;
  std::vector<int> count;
  std::vector<std::int32_t> weights;
};

constexpr int kResampleBits = 32 - 8 - 2;  // Pillow's PRECISION_BITS

// True if this processor and build can run ResampleRgbRowAvx2.
bool CanResampleWithAvx2();

// Bytes that ResampleRgbRowAvx2 may read behind the last pixel of a row.
constexpr int kResampleOverread = 16;

// Weights in the order in which the loop reads them: by four taps, the low
// twelve bits of each, then the others. 16-bit halves keep the sums exact and
// allow the multiply-add of pairs.
std::vector<std::int16_t> PackWeightsForAvx2(const ResampleAxis& axis);

// Writes axis.start.size() RGB pixels and one byte more.
void ResampleRgbRowAvx2(const std::uint8_t* in, const ResampleAxis& axis,
                        const std::int16_t* packed, std::uint8_t* out);

}  // namespace prewarm
