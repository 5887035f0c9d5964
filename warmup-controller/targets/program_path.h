// Where a command's program is.
#pragma once

#include <string>

namespace prewarm {

// Whether execvp() would find it: a name without / in the folders of `path`
// (PATH), all else from `directory` on ("": where this process is).
bool ProgramIsThere(const std::string& program, const std::string& directory,
                    const std::string& path);

}  // namespace prewarm
