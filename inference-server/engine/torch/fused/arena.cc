#include "inference-server/engine/torch/fused/arena.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace prewarm::fused {
namespace {

constexpr std::size_t kPage = 4096;

std::size_t RoundUp(std::size_t n) { return (n + kPage - 1) / kPage * kPage; }

bool Overlap(const Lifetime& a, const Lifetime& b) {
  return a.first_op <= b.last_op && b.first_op <= a.last_op;
}

}  // namespace

ArenaPlan PlanArena(const std::vector<Lifetime>& buffers) {
  std::vector<std::size_t> order(buffers.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
    return buffers[a].bytes > buffers[b].bytes;
  });

  ArenaPlan plan;
  plan.offsets.resize(buffers.size());
  std::vector<std::size_t> placed;
  for (std::size_t i : order) {
    std::vector<std::pair<std::size_t, std::size_t>> taken;
    for (std::size_t j : placed) {
      if (Overlap(buffers[i], buffers[j])) {
        taken.emplace_back(plan.offsets[j],
                           plan.offsets[j] + RoundUp(buffers[j].bytes));
      }
    }
    std::sort(taken.begin(), taken.end());
    std::size_t offset = 0;  // the first gap that is large enough
    for (const auto& [begin, end] : taken) {
      if (offset + RoundUp(buffers[i].bytes) <= begin) break;
      offset = std::max(offset, end);
    }
    plan.offsets[i] = offset;
    plan.total_bytes =
        std::max(plan.total_bytes, offset + RoundUp(buffers[i].bytes));
    placed.push_back(i);
  }
  return plan;
}

}  // namespace prewarm::fused
