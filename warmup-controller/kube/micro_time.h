// Times as the API server writes them, in UTC.
#pragma once

#include <string>

#include "common/base/clock.h"

namespace prewarm::kube {

std::string MicroTimeText(WallTime time);  // "2026-01-01T00:00:00.000000Z"
std::string TimeText(WallTime time);       // "2026-01-01T00:00:00Z"

}  // namespace prewarm::kube
