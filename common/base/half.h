// IEEE 754 half precision, as weights are stored, to single precision.
#pragma once

#include <cstddef>
#include <cstdint>

namespace prewarm {

float HalfToFloat(std::uint16_t half);

// `halves`: little-endian, of any alignment. Returns whether all of them are
// finite; `out` holds them in either case.
bool HalvesToFloats(const std::uint8_t* halves, std::size_t count, float* out);

bool AllFinite(const float* values, std::size_t count);

}  // namespace prewarm
