// A shared result as a file: some lines of text, which carry the checksum of
// the picture and their own, then the picture. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "inference-server/results/result_key.h"

namespace prewarm {

struct StoredResult {
  std::string type;          // "image/png"
  std::string mode;          // X-Prewarm-Mode
  bool empty_scene = false;  // X-Prewarm-Empty-Scene
  std::int64_t created = 0;  // Unix seconds
  std::string digest;        // SHA-256 of the picture, hex
  std::string picture;
};

// What comes before the picture; its digest is computed.
std::string ResultFileHead(const ResultKey& key, const StoredResult& result);

// kCorrupt for bytes that ResultFileHead and the picture did not make, or that
// are another key's; says what is wrong.
Result<StoredResult> ReadResultFile(const ResultKey& key, std::string bytes);

}  // namespace prewarm
