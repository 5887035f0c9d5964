// Instants as texts.
#pragma once

#include <string>

#include "warmup-controller/calendar/civil.h"

namespace prewarm {

std::string IcalStamp(Instant at);  // 20260329T010000Z
// 2026-03-29 01:00:00, of UTC.
std::string DateAndTime(Instant at);

}  // namespace prewarm
