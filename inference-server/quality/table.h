// A comparison as text for a terminal of 80 columns. Pure, thread-safe.
#pragma once

#include <string>

#include "inference-server/quality/comparison.h"

namespace prewarm::quality {

// Lines that end with a newline. Precondition: something was judged.
std::string MakeTable(const Comparison& comparison);

}  // namespace prewarm::quality
