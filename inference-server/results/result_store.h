// Shared results in a folder that several servers may have in common:
// <folder>/<tenant>/<mac>, a file each, never changed, only replaced whole.
// Bounded in age, bytes and number. A cache: what is damaged or does not fit is
// as if it were not there. Thread-safe; blocks on the disk.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/store/env.h"
#include "inference-server/results/result_file.h"
#include "inference-server/results/result_key.h"

namespace prewarm {

struct ResultLimits {
  std::chrono::seconds ttl{86400};               // after it a result is gone
  std::uint64_t bytes = std::uint64_t{1} << 30;  // of all files
  std::size_t entries = 100'000;
};

struct ResultUsage {
  std::uint64_t bytes = 0;
  std::size_t entries = 0;
};

// What a sweep removed.
struct SweptResults {
  std::size_t expired = 0;
  std::size_t for_room = 0;  // the oldest, since a limit was reached
};

class ResultStore {
 public:
  // Creates nothing. `env` outlives this.
  ResultStore(std::string folder, const ResultLimits& limits, Env* env);

  // kNotFound: none, or one that is older than the limit. kCorrupt: it was
  // damaged, and is removed. Else what the file system says.
  Result<StoredResult> Get(const ResultKey& key, WallTime now) const;

  // Of unique name, synced, renamed: nobody sees a part of it. One that is
  // there is replaced. Makes room first where a limit would be passed;
  // kTooLarge for what is over a quarter of the room on its own.
  Result<SweptResults> Put(const ResultKey& key, const StoredResult& result,
                           WallTime now);

  // Ok where there is none.
  Status Remove(const ResultKey& key);
  // All of one tenant (see TenantTag), or all; how many.
  Result<std::size_t> Purge(const std::optional<std::string>& tenant);

  // Removes what is expired, then the oldest until the limits hold with a tenth
  // to spare, and what killed writers left. Looks at every file.
  Result<SweptResults> Sweep(WallTime now);

  // As of the last sweep and what this object did since: other servers' part
  // shows at the next one.
  ResultUsage usage() const;

 private:
  struct Entry {
    std::string path;
    WallTime modified;
    std::uint64_t bytes = 0;
  };
  std::string Folder(const std::string& tenant) const;
  std::string Path(const ResultKey& key) const;
  std::string Temporary() const;
  // Their tags.
  Result<std::vector<std::string>> Tenants() const;
  Result<std::vector<Entry>> ListOf(const std::string& tenant) const;
  Status Write(const ResultKey& key, const std::vector<Piece>& pieces);
  // `sweeping_` is held. `more`: what is to fit in afterwards.
  Result<SweptResults> SweepFor(WallTime now, const ResultUsage& more);
  void RemoveAbandonedWrites(WallTime now);
  bool Fits(const ResultUsage& more) const;

  const std::string folder_;
  const ResultLimits limits_;
  Env* const env_;
  std::mutex sweeping_;  // one sweep at a time; taken before mutex_
  mutable std::mutex mutex_;
  ResultUsage usage_;
  bool counted_ = false;  // usage_ is that of the folder
};

}  // namespace prewarm
