// The order in which a zone's clocks show local times to a window, with the
// policy's rules for the times that they skip or repeat.
#pragma once

#include "warmup-controller/calendar/civil.h"
#include "warmup-controller/calendar/zone.h"

namespace prewarm {

// Between two changes of the clocks every local time from `begin` to
// `stretch.last` (exclusive) happens once, in order. Which ones happen in two
// pieces or in none is the choice of `begin` alone.
struct Piece {
  Stretch stretch;
  CivilMinute begin;

  // The local time that has happened last by `at`, within the stretch. In the
  // second pass of an hour that counts once, the clock stands still.
  CivilMinute Shown(Instant at) const;
  // When `local`, of begin to last, happens: within the stretch.
  Instant When(const CivilMinute& local) const;
  // The last local time of the stretch.
  CivilMinute ShownLast() const;
};

// Immutable, thread-safe.
class WallClock {
 public:
  WallClock(Zone zone, DstRules rules);

  const Zone& zone() const { return zone_; }
  DstRules rules() const { return rules_; }

  Piece At(Instant at) const;
  // Precondition: the stretch has an end, a begin.
  Piece After(const Piece& piece) const { return At(piece.stretch.end); }
  Piece Before(const Piece& piece) const;

 private:
  Zone zone_;
  DstRules rules_;
};

}  // namespace prewarm
