// XXH3 of every block of a file, kept beside it: a flipped bit is found where
// it is, at the speed of memory. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/store/env.h"

namespace prewarm {

struct BlockChecksums {
  static constexpr std::size_t kBlock = std::size_t{1} << 20;

  std::uint64_t bytes = 0;          // of the file
  std::vector<std::uint64_t> sums;  // of each block; the last may be shorter
};

// Of the pieces one after the other.
BlockChecksums ChecksumBlocks(const std::vector<Piece>& pieces);

// Text with a checksum of its own.
std::string FormatChecksums(const BlockChecksums& checksums);
// kCorrupt unless it is what FormatChecksums gave.
Result<BlockChecksums> ParseChecksums(const std::string& text);

// Blocks [first_block, end_block); kCorrupt names the first that differs, or
// the size.
Status CompareBlocks(const std::uint8_t* data, std::size_t size,
                     const BlockChecksums& checksums, std::size_t first_block,
                     std::size_t end_block);

}  // namespace prewarm
