// Where each activation of a fixed sequence of operations lies in one block
// of memory, so that buffers whose lives don't overlap share bytes. Greedy by
// size (Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net
// Inference", 2020, section 5). Pure.
#pragma once

#include <cstddef>
#include <vector>

namespace prewarm::fused {

struct Lifetime {
  std::size_t bytes = 0;
  int first_op = 0;  // index of the first operation that touches it
  int last_op = 0;   // and of the last, inclusive
};

struct ArenaPlan {
  std::vector<std::size_t> offsets;  // of each buffer, multiples of 4096
  std::size_t total_bytes = 0;
};

ArenaPlan PlanArena(const std::vector<Lifetime>& buffers);

}  // namespace prewarm::fused
