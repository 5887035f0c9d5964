// What the server and its HEIC/AVIF child say to each other. The file goes in
// through stdin; out of stdout come one HeifReply, `detail_bytes` bytes (the
// ICC profile, or the reason of a failure), then the rows of pixels. Both
// ends are built together, so plain structs are enough.
#pragma once

#include <cstdint>

namespace prewarm {

inline constexpr std::uint32_t kHeifReplyMagic = 0x46494548;
inline constexpr std::uint32_t kMaxHeifDetailBytes = 4 << 20;
// Beside the server's own program.
inline constexpr char kHeifHelperName[] = "prewarm-decode-heif";

enum class HeifOutcome : std::uint32_t {
  kPicture = 0,
  kDamaged = 1,   // libheif refuses it
  kTooLarge = 2,  // larger than the header said, or out of memory
};

enum class HeifColor : std::uint32_t { kSrgb = 0, kIcc = 1, kNclx = 2 };

struct HeifReply {
  std::uint32_t magic = kHeifReplyMagic;
  HeifOutcome outcome = HeifOutcome::kDamaged;
  std::uint32_t width = 0;  // as shown: libheif has applied irot and imir
  std::uint32_t height = 0;
  std::uint32_t channels = 0;  // 3 RGB or 4 RGBA, 8 bits each
  HeifColor color = HeifColor::kSrgb;
  std::uint32_t primaries = 0;  // of ITU-T H.273, with kNclx
  std::uint32_t transfer = 0;
  std::uint32_t detail_bytes = 0;
};

}  // namespace prewarm
