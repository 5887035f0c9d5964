// Whether what was asked for was warm in time.
#pragma once

#include <chrono>
#include <optional>

#include "warmup-controller/calendar/civil.h"

namespace prewarm {

// One rise of what is asked for, from its due instant on.
struct Opening {
  Instant due;
  int asked = 0;
  std::optional<Instant> warm_at;  // first seen with so many warm
  // Nobody was there before it was due: the controller had stopped.
  bool missed = false;
  bool judged = false;  // it was told whether it was warm in time
};

// Positive: warm so long before it was due. Of one that is not warm yet: how
// late it is so far.
std::chrono::seconds WarmBefore(const Opening& opening, Instant now);

// The opening to keep an eye on after a look at `now`: `known` is that of the
// look before. `due`, `asked`: what is asked for since or from then; unset due:
// since longer than anybody looks back, or nothing. `warm`: instances that are.
// Of the same instant it is the same opening, also if more or less is asked for
// than before: who edits a window has not opened another one. The same holds
// where it has been due and less, which was asked for before it, is left.
std::optional<Opening> Watch(const std::optional<Opening>& known,
                             std::optional<Instant> due, int asked, int warm,
                             Instant now);

}  // namespace prewarm
