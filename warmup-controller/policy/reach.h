// Whether windows end, as local times tell, whatever the clock does.
#pragma once

#include <chrono>
#include <optional>

#include "warmup-controller/calendar/cron.h"

namespace prewarm {

// The longest time between two starts where each window is still open at the
// next start: `duration` is longer than its period. Unset where one ends
// before, or when, the next one starts.
std::optional<std::chrono::minutes> PeriodShorterThan(
    const Cron& start, std::chrono::minutes duration);

// A start falls on every end, so no window ever closes.
bool NeverCloses(const Cron& start, const Cron& end);

}  // namespace prewarm
