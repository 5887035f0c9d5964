#include "warmup-controller/schedule/wall_clock.h"

#include <algorithm>
#include <utility>

namespace prewarm {
namespace {

constexpr CivilMinute kEpoch(1970, 1, 1, 0, 0);

}  // namespace

CivilMinute Piece::Shown(Instant at) const {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(
      at.time_since_epoch() + stretch.offset);
  return std::max(kEpoch + minutes.count(), begin - 1);
}

Instant Piece::When(const CivilMinute& local) const {
  const std::chrono::minutes since_epoch(local - kEpoch);
  return std::max(stretch.begin, Instant(since_epoch - stretch.offset));
}

CivilMinute Piece::ShownLast() const {
  return std::max(stretch.last, begin) - 1;
}

WallClock::WallClock(Zone zone, DstRules rules)
    : zone_(std::move(zone)), rules_(rules) {}

Piece WallClock::At(Instant at) const {
  Piece piece;
  piece.stretch = zone_.StretchAt(at);
  const Stretch& stretch = piece.stretch;
  const bool gap = stretch.first > stretch.before;
  // From `before` on nothing is left out (the times of a gap happen at its end)
  // and nothing comes again; from `first` on, the clock is taken at its word.
  const bool in_order =
      gap ? rules_.gap == DstGap::kShift : rules_.overlap == DstOverlap::kOnce;
  piece.begin = in_order ? stretch.before : stretch.first;
  return piece;
}

Piece WallClock::Before(const Piece& piece) const {
  return At(piece.stretch.begin - std::chrono::seconds(1));
}

}  // namespace prewarm
