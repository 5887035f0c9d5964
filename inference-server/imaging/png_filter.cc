#include "inference-server/imaging/png_filter.h"

#include "inference-server/imaging/vectorise.h"

namespace prewarm {

PREWARM_VECTORISED
void FilterPaeth(const std::uint8_t* __restrict row,
                 const std::uint8_t* __restrict above, std::size_t size,
                 std::ptrdiff_t pixel_bytes, std::uint8_t* __restrict out) {
  const std::uint8_t* left_row = row - pixel_bytes;
  const std::uint8_t* corner_row = above - pixel_bytes;
  // 16-bit throughout and without branches, so that it becomes vector code.
  for (std::size_t i = 0; i < size; ++i) {
    const auto left = static_cast<std::int16_t>(left_row[i]);
    const auto up = static_cast<std::int16_t>(above[i]);
    const auto corner = static_cast<std::int16_t>(corner_row[i]);
    const auto along = static_cast<std::int16_t>(up - corner);
    const auto down = static_cast<std::int16_t>(left - corner);
    const auto both = static_cast<std::int16_t>(along + down);
    const auto to_left = static_cast<std::int16_t>(along < 0 ? -along : along);
    const auto to_up = static_cast<std::int16_t>(down < 0 ? -down : down);
    const auto to_corner = static_cast<std::int16_t>(both < 0 ? -both : both);
    const std::int16_t upper = to_up <= to_corner ? up : corner;
    const auto nearer =
        static_cast<std::int16_t>(to_up <= to_corner ? to_up : to_corner);
    const std::int16_t predicted = to_left <= nearer ? left : upper;
    out[i] = static_cast<std::uint8_t>(row[i] - predicted);
  }
}

}  // namespace prewarm
