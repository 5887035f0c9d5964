// The history of a controller on a disk.
#pragma once

#include <string>

#include "common/base/result.h"
#include "warmup-controller/reconcile/history.h"

namespace prewarm {

// Without a file: an empty history. kCorrupt: what the file holds is none; it
// was set aside as PATH.bad, so that the next save does not lose it.
Result<History> LoadHistory(const std::string& path);

// The file holds the old history or the new one, whatever happens meanwhile.
Status SaveHistory(const std::string& path, const History& history);

}  // namespace prewarm
