// What the control groups of this process leave it of the machine: a
// container's CPU quota (Docker's --cpus, a limit of Kubernetes) and memory
// limit. Threads beyond a quota are not slower, they stop: all of them, until
// the period ends.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace prewarm {

struct CgroupLimits {
  std::optional<double> cpus;  // seconds of CPU a second; none: no quota
  std::optional<std::uint64_t> memory_bytes;
};

// A file's text; nullopt where there is none, or none that can be read.
using ReadSmallFile =
    std::function<std::optional<std::string>(const std::string& path)>;

// Of version 2, version 1 and both at once, with or without a namespace of the
// container's own. The tightest of the group and those above it that show. What
// can't be read or understood is no limit.
CgroupLimits ReadCgroupLimits(const ReadSmallFile& read);
// The same, of this process.
CgroupLimits ReadCgroupLimits();

// Threads that can run at once: the cores it may use, a part of one counting as
// one; 1 at least.
int ThreadsWithin(int cores, const CgroupLimits& limits);

// The same of the calling thread: what its affinity and its quota allow now.
int UsableThreads();

}  // namespace prewarm
