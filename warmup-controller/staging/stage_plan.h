// What has to be copied from a shared store to a local one before a server
// starts, and what may follow. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/staging/store_listing.h"

namespace prewarm {

struct StageWish {
  std::vector<std::string> models;  // by name; none: all that there are
  // Of each model at most so many prepared states, those used last: which of
  // them fits this machine only the server knows.
  int states = 3;
};

struct FileCopy {
  std::string name;
  std::uint64_t bytes = 0;  // 0: what the file has
  std::optional<BlockChecksums> checksums;
  std::string sha256;  // "": not known
};

// Files of one folder, relative to the root of both stores.
struct FolderCopy {
  std::string folder;
  // The folder is not there yet, and appears with all of them at once.
  bool whole = false;
  std::vector<FileCopy> files;
};

struct StagePlan {
  // What a start reads: manifests, references, prepared states; and weights
  // where there is no state to start from.
  std::vector<FolderCopy> needed;
  // Weights beside a state: for a server whose machine none of the states fits.
  std::vector<FolderCopy> later;
};

// kNotFound: a model of the wish is not in `source`; says which there are.
Result<StagePlan> PlanStaging(const StoreListing& source,
                              const StoreListing& local, const StageWish& wish);

// Prepared states of the local store that the shared one lacks, of weights that
// it has: in the order in which their files are to be written.
std::vector<FolderCopy> PlanPublishing(const StoreListing& local,
                                       const StoreListing& source);

}  // namespace prewarm
