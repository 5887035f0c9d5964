// Folders of one store, copied into another so that readers find all of a
// folder or nothing.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/store/env.h"
#include "warmup-controller/staging/copy_files.h"
#include "warmup-controller/staging/stage_plan.h"

namespace prewarm {

struct Stores {
  std::string from;  // roots
  std::string to;
  Env* env = Env::System();
};

// In a temporary folder of `to`, whose name begins with `prefix`, then renamed.
// What is there already by then stays. Nothing is left behind by an error.
Status PlaceFolders(const Stores& stores, const std::vector<FolderCopy>& copies,
                    const std::string& prefix, const CopyOptions& options,
                    CopyProgress* progress);

// For volumes where a folder can't be renamed in one step: file after file at
// its place, in the order of the plan, each synced. A reader that begins with
// the last file of a folder finds all others.
Status WriteInPlace(const Stores& stores, const std::vector<FolderCopy>& copies,
                    CopyOptions options, CopyProgress* progress);

}  // namespace prewarm
