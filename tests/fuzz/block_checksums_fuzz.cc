// The text beside a prepared state, with its own checksum right, or nobody
// would get past that: what is accepted is what FormatChecksums gives.
#include <xxhash.h>

#include <cstdint>
#include <cstdio>
#include <string>

#include "common/store/block_checksums.h"
#include "tests/fuzz/require.h"

using prewarm::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  Require(prewarm::ParseChecksums(text).ok() ||
          !prewarm::ParseChecksums(text).error().message.empty());
  char own[18];
  std::snprintf(
      own, sizeof own, "%016llx\n",
      static_cast<unsigned long long>(XXH3_64bits(text.data(), text.size())));
  text += own;
  const auto checksums = prewarm::ParseChecksums(text);
  if (!checksums.ok()) return 0;
  const auto again =
      prewarm::ParseChecksums(prewarm::FormatChecksums(checksums.value()));
  Require(again.ok() && again.value().bytes == checksums.value().bytes &&
          again.value().sums == checksums.value().sums);
  // Of another size than the file's: never read.
  if (checksums.value().bytes != size) {
    Require(!prewarm::CompareBlocks(data, size, checksums.value(), 0, 1).ok());
  }
  return 0;
}
