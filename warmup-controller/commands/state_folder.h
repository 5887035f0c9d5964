// The folder of the file of --state.
#pragma once

#include <string>

#include "common/base/result.h"

namespace prewarm {

// Makes the folder of `path` where it alone is missing: one of a bucket is
// there only as long as something lies in it. What is missing above it was
// mistyped, or is not mounted, and stays missing. kInvalidArgument: there can
// be no file at `path`; says what to do.
Status MakeStateFolder(const std::string& path);
// Whether MakeStateFolder would do; makes nothing.
Status CheckStateFolder(const std::string& path);

// On a file system of a program, as a mounted bucket is one; false where the
// folder is missing.
bool IsOnFuse(const std::string& path);

// Of the option that names `path`.
Error WrongState(const std::string& path, const std::string& what);

}  // namespace prewarm
