#include "inference-server/engine/torch/fused/arena.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "inference-server/engine/pages.h"

namespace prewarm::fused {
namespace {

TEST(Arena, BuffersThatLiveAtOnceNeverOverlap) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<Lifetime> buffers;
    for (int i = 0; i < 40; ++i) {
      const int first = static_cast<int>(random() % 60);
      buffers.push_back({random() % 100000 + 1, first,
                         first + static_cast<int>(random() % 10)});
    }
    const ArenaPlan plan = PlanArena(buffers);
    for (std::size_t a = 0; a < buffers.size(); ++a) {
      EXPECT_EQ(plan.offsets[a] % 4096, 0U);
      EXPECT_LE(plan.offsets[a] + buffers[a].bytes, plan.total_bytes);
      for (std::size_t b = 0; b < a; ++b) {
        const bool together = buffers[a].first_op <= buffers[b].last_op &&
                              buffers[b].first_op <= buffers[a].last_op;
        const bool apart =
            plan.offsets[a] + buffers[a].bytes <= plan.offsets[b] ||
            plan.offsets[b] + buffers[b].bytes <= plan.offsets[a];
        EXPECT_TRUE(!together || apart) << a << " and " << b;
      }
    }
  }
}

TEST(Arena, BuffersThatFollowEachOtherShareBytes) {
  const ArenaPlan plan = PlanArena({{8192, 0, 1}, {8192, 2, 3}, {4096, 4, 4}});
  EXPECT_EQ(plan.total_bytes, 8192U);
}

TEST(Arena, NothingNeedsNothing) { EXPECT_EQ(PlanArena({}).total_bytes, 0U); }

TEST(PiecePages, PiecesAreAlignedApartAndLast) {
  PiecePages pieces;
  std::vector<std::pair<char*, std::size_t>> taken;
  for (std::size_t bytes : {1UL, 64UL, 65UL, 40UL << 20, 0UL, 33UL << 20}) {
    auto* piece = static_cast<char*>(pieces.Take(bytes));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(piece) % 64, 0U);
    if (bytes > 0) {
      piece[0] = static_cast<char>(taken.size());
      piece[bytes - 1] = static_cast<char>(taken.size());
    }
    taken.emplace_back(piece, bytes);
  }
  for (std::size_t i = 0; i < taken.size(); ++i) {
    const auto [piece, bytes] = taken[i];
    if (bytes == 0) continue;
    EXPECT_EQ(piece[0], static_cast<char>(i));
    EXPECT_EQ(piece[bytes - 1], static_cast<char>(i));
  }
  EXPECT_GE(pieces.taken(), 73UL << 20);
}

}  // namespace
}  // namespace prewarm::fused
