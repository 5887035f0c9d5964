// A record that fits where there is little room. Pure.
#pragma once

#include <cstddef>

#include "warmup-controller/record/record.h"

namespace prewarm {

// Of every target's steps and warm-ups and of every policy's openings the
// newest `most`; of none of them what says nothing. Accounts stay.
void KeepNewest(std::size_t most, RecordMemory* memory);

}  // namespace prewarm
