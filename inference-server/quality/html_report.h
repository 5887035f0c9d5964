// A comparison as one HTML file that needs no other: pictures are inside, there
// are no scripts, and nothing is fetched. Pure, thread-safe.
#pragma once

#include <string>

#include "inference-server/quality/comparison.h"
#include "inference-server/quality/gallery.h"

namespace prewarm::quality {

// Precondition: something was judged.
std::string MakeHtmlReport(const Comparison& comparison,
                           const Gallery& gallery);

}  // namespace prewarm::quality
