#include "common/store/block_checksums.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <sstream>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace prewarm {
namespace {

constexpr char kTitle[] = "prewarm-blocks-1";

std::string Hex(std::uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx",
                static_cast<unsigned long long>(value));
  return text;
}

bool ParseNumber(const std::string& text, int base, std::uint64_t* value) {
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, *value, base);
  return !text.empty() && parsed.ec == std::errc() && parsed.ptr == end;
}

Error Damaged(const std::string& what) {
  return MakeError(ErrorCode::kCorrupt, "block checksums: " + what, "store");
}

}  // namespace

BlockChecksums ChecksumBlocks(const std::vector<Piece>& pieces) {
  BlockChecksums checksums;
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(
      XXH3_createState(), XXH3_freeState);
  XXH3_64bits_reset(state.get());
  std::size_t filled = 0;
  const auto finish = [&] {
    checksums.sums.push_back(XXH3_64bits_digest(state.get()));
    XXH3_64bits_reset(state.get());
    filled = 0;
  };
  for (const Piece& piece : pieces) {
    const auto* at = static_cast<const std::uint8_t*>(piece.data);
    std::size_t left = piece.bytes;
    checksums.bytes += left;
    while (left > 0) {
      const std::size_t n = std::min(left, BlockChecksums::kBlock - filled);
      XXH3_64bits_update(state.get(), at, n);
      at += n;
      left -= n;
      filled += n;
      if (filled == BlockChecksums::kBlock) finish();
    }
  }
  if (filled > 0) finish();
  return checksums;
}

std::string FormatChecksums(const BlockChecksums& checksums) {
  std::string text = kTitle;
  text += "\n" + std::to_string(checksums.bytes) + "\n";
  for (const std::uint64_t sum : checksums.sums) text += Hex(sum) + "\n";
  return text + Hex(XXH3_64bits(text.data(), text.size())) + "\n";
}

Result<BlockChecksums> ParseChecksums(const std::string& text) {
  constexpr std::size_t kLine = 17;  // 16 digits and the line's end
  if (text.size() < kLine) return Damaged("cut short");
  const std::size_t body = text.size() - kLine;
  std::uint64_t own = 0;
  if (!ParseNumber(text.substr(body, kLine - 1), 16, &own) ||
      own != XXH3_64bits(text.data(), body)) {
    return Damaged("their own checksum differs");
  }
  std::istringstream lines(text.substr(0, body));
  std::string line;
  BlockChecksums checksums;
  if (!std::getline(lines, line) || line != kTitle) {
    return Damaged("of an unknown version");
  }
  if (!std::getline(lines, line) || !ParseNumber(line, 10, &checksums.bytes)) {
    return Damaged("without a size");
  }
  while (std::getline(lines, line)) {
    std::uint64_t sum = 0;
    if (!ParseNumber(line, 16, &sum)) return Damaged("not a number: " + line);
    checksums.sums.push_back(sum);
  }
  if (checksums.sums.size() !=
      (checksums.bytes + BlockChecksums::kBlock - 1) / BlockChecksums::kBlock) {
    return Damaged("as many as the file has blocks are needed");
  }
  return checksums;
}

Status CompareBlocks(const std::uint8_t* data, std::size_t size,
                     const BlockChecksums& checksums, std::size_t first_block,
                     std::size_t end_block) {
  if (size != checksums.bytes) {
    return Damaged("the file has " + std::to_string(size) + " bytes, not " +
                   std::to_string(checksums.bytes));
  }
  end_block = std::min(end_block, checksums.sums.size());
  for (std::size_t i = first_block; i < end_block; ++i) {
    const std::size_t at = i * BlockChecksums::kBlock;
    const std::size_t n = std::min(BlockChecksums::kBlock, size - at);
    if (XXH3_64bits(data + at, n) != checksums.sums[i]) {
      return Damaged("block " + std::to_string(i) + " differs");
    }
  }
  return Ok{};
}

}  // namespace prewarm
