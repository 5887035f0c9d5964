// A policy explained to a person. Pure.
#pragma once

#include <string>
#include <vector>

#include "warmup-controller/policy/policy.h"

namespace prewarm {

// Sentences, the most important ones first; of what is declared, whatever holds
// now. Names in them are the author's. Of more than `most_windows` windows the
// rest is counted.
std::vector<std::string> PolicyInWords(const Policy& policy,
                                       std::size_t most_windows = 20);

}  // namespace prewarm
