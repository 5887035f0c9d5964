// Files from one volume to another in several streams, compared on the way.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/store/block_checksums.h"
#include "common/store/env.h"

namespace prewarm {

struct FileTask {
  std::string from;
  std::string to;  // must not exist
  // 0: what the file has. Of any other size it is kCorrupt.
  std::uint64_t bytes = 0;
  const BlockChecksums* checksums = nullptr;  // outlives the copying
  std::string sha256;                         // "": not known
  std::string group;  // `field` of the error where its bytes are wrong
};

struct CopyOptions {
  int streams = 8;
  bool sync = false;  // to the volume, at the end
  // A file is cut into ranges of so much, each read by one stream; whole MiB.
  std::uint64_t range_bytes = std::uint64_t{32} << 20;
};

// May be read, and cancelled set, by any thread.
struct CopyProgress {
  std::atomic<std::uint64_t> bytes{0};  // that were written
  std::atomic<std::uint64_t> total{0};  // of all files that were opened
  std::atomic<bool> cancelled{false};
};

// What differs from its checksums is read once more, then it is kCorrupt, named
// with its block. After an error what is at `to` is worthless: write into a
// temporary folder. kCancelled. Blocks until all streams have ended.
Status CopyFiles(const std::vector<FileTask>& tasks, const CopyOptions& options,
                 Env* env, CopyProgress* progress);

}  // namespace prewarm
