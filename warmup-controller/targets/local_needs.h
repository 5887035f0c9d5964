// What a declared process needs of this machine before it can start.
#pragma once

#include <string>
#include <vector>

#include "warmup-controller/policy/local_targets.h"

namespace prewarm {

// Its paths taken from the folder of the file that declares it.
LocalProcess FromItsFolder(LocalProcess process);

// Folders and program that are not there, with the fields that name them; the
// process is as FromItsFolder returns it, `path` is PATH.
std::vector<std::string> MissingFor(const LocalProcess& process,
                                    const std::string& path);

}  // namespace prewarm
