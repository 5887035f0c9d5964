// When a window is open.
#pragma once

#include <optional>

#include "warmup-controller/policy/field.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

// The fields that say when, as far as they are there.
struct WhenFields {
  std::optional<Field> days, from, to, cron, duration, start, end;
};

WhenFields FindWhen(Fields* fields);

// Complains of what is wrong, and of what makes a window that never closes;
// `window` then has any times.
void ReadWindowTimes(const Field& field, const WhenFields& when,
                     Window* window);

}  // namespace prewarm
