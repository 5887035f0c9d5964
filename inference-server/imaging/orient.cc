#include "inference-server/imaging/orient.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace prewarm {
namespace {

// Where a target pixel comes from: first swap the axes, then mirror.
struct Turn {
  bool transpose;
  bool mirror_x;  // of the source
  bool mirror_y;  // of the source
};

Turn TurnOf(int orientation) {
  switch (orientation) {
    case 2:
      return {false, true, false};
    case 3:
      return {false, true, true};
    case 4:
      return {false, false, true};
    case 5:
      return {true, false, false};
    case 6:  // shown after a quarter turn clockwise
      return {true, false, true};
    case 7:
      return {true, true, true};
    case 8:  // shown after a quarter turn counterclockwise
      return {true, true, false};
    default:
      return {false, false, false};
  }
}

// Square tiles keep both the rows read and the columns written in the cache.
constexpr int kTile = 32;

template <int kChannels>
void Fill(const Bitmap& source, const Turn& turn, Bitmap* target) {
  const int channels = kChannels > 0 ? kChannels : source.channels;
  // Bytes between the sources of neighbours in a target row.
  const std::ptrdiff_t pixel = channels;
  const std::ptrdiff_t line = pixel * source.width;
  std::ptrdiff_t step = turn.transpose ? line : pixel;
  if (turn.transpose ? turn.mirror_y : turn.mirror_x) step = -step;

  for (int tile_y = 0; tile_y < target->height; tile_y += kTile) {
    const int end_y = std::min(tile_y + kTile, target->height);
    for (int tile_x = 0; tile_x < target->width; tile_x += kTile) {
      const int end_x = std::min(tile_x + kTile, target->width);
      for (int y = tile_y; y < end_y; ++y) {
        int sx = turn.transpose ? y : tile_x;
        int sy = turn.transpose ? tile_x : y;
        if (turn.mirror_x) sx = source.width - 1 - sx;
        if (turn.mirror_y) sy = source.height - 1 - sy;
        const std::uint8_t* first = source.data.data();
        std::ptrdiff_t from = sy * line + sx * pixel;
        std::uint8_t* out = target->row(y) + tile_x * pixel;
        for (int x = tile_x; x < end_x; ++x) {
          std::memcpy(out, first + from, channels);
          out += channels;
          from += step;
        }
      }
    }
  }
}

}  // namespace

Bitmap Orient(Bitmap source, int orientation) {
  if (orientation < 2 || orientation > 8) return source;
  const Turn turn = TurnOf(orientation);
  Bitmap target =
      turn.transpose ? MakeBitmap(source.height, source.width, source.channels)
                     : MakeBitmap(source.width, source.height, source.channels);
  if (source.channels == 3) {
    Fill<3>(source, turn, &target);
  } else if (source.channels == 1) {
    Fill<1>(source, turn, &target);
  } else {
    Fill<0>(source, turn, &target);
  }
  return target;
}

}  // namespace prewarm
