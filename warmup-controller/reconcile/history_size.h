// A history that fits where there is little room. Pure.
#pragma once

#include <cstddef>

#include "warmup-controller/reconcile/history.h"

namespace prewarm {

// Without what says nothing, and with as many of the newest samples of every
// target as make its dense text no longer than `most_bytes`. If that is not
// enough, leads go first, since they are learned again; hours that are spent
// go last.
History Within(History history, std::size_t most_bytes);

}  // namespace prewarm
