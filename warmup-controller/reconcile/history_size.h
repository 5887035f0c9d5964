// A history that fits where there is little room. Pure.
#pragma once

#include <cstddef>

#include "warmup-controller/reconcile/history.h"

namespace prewarm {

// Without what says nothing, and with so much of the newest of everything that
// its dense text is no longer than `most_bytes`. The record's details go first,
// then leads, since they are learned again; hours that are spent go last.
History Within(History history, std::size_t most_bytes);
// The same of the record alone: what decides something stays as it is.
void ShortenRecord(std::size_t most_bytes, History* history);

}  // namespace prewarm
