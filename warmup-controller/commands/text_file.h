// Small files that a person names.
#pragma once

#include <istream>
#include <string>

#include "common/base/result.h"

namespace prewarm {

inline constexpr std::size_t kMaxTextBytes = 1 << 20;

// The whole text, or one byte more than `most`: readers refuse that, and
// /dev/zero is not read to its end. The error says what to do; `instead`: where
// it is a folder.
Result<std::string> ReadTextFile(
    const std::string& path, std::size_t most = kMaxTextBytes,
    const std::string& instead = "name a file in it");
std::string ReadText(std::istream& in, std::size_t most = kMaxTextBytes);

}  // namespace prewarm
