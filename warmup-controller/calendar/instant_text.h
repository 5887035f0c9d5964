// Instants as texts.
#pragma once

#include <string>

#include "warmup-controller/calendar/civil.h"

namespace prewarm {

std::string IcalStamp(Instant at);  // 20260329T010000Z
// 2026-03-29 01:00:00, of UTC.
std::string DateAndTime(Instant at);
// RFC 3339, of UTC: 2026-03-29T01:00:00Z.
std::string FormatInstant(Instant at);

}  // namespace prewarm
