// Chance as a function, so that tests can put their own in its place.
#pragma once

#include <functional>

namespace prewarm::kube {

// Numbers in [0, 1); seeded anew. Not thread-safe.
std::function<double()> ByChance();

}  // namespace prewarm::kube
