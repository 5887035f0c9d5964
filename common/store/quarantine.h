// Where damaged things of the store go: out of the way of every reader, kept
// for people to look at.
#pragma once

#include <optional>
#include <string>

#include "common/base/result.h"
#include "common/store/env.h"

namespace prewarm {

// Moves `path` to quarantine/<name>-<unique> below `root`, with a file `reason`
// where it is a folder; of all that lies there the newest three stay. Nothing
// there is Ok. With `only`, what is not that very thing any more stays: another
// process has replaced it.
Status MoveToQuarantine(Env* env, const std::string& root,
                        const std::string& path, const std::string& name,
                        const std::string& reason,
                        const std::optional<FileIdentity>& only = std::nullopt);

}  // namespace prewarm
