// PNG's Paeth filter for whole rows. Pure, thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>

namespace prewarm {

constexpr std::uint8_t kPaethFilter = 4;

// Differences of `size` bytes of `row` to their Paeth prediction (PNG
// specification, 9.4) from the pixel `pixel_bytes` to the left, the row above
// and the pixel above left. Row and above must have `pixel_bytes` zeros before
// their first byte.
void FilterPaeth(const std::uint8_t* row, const std::uint8_t* above,
                 std::size_t size, std::ptrdiff_t pixel_bytes,
                 std::uint8_t* out);

}  // namespace prewarm
