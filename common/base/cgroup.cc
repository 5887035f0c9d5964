#include "common/base/cgroup.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>
#include <vector>

namespace prewarm {
namespace {

// Where version 1 has "none": the largest multiple of a page, or near it.
constexpr std::uint64_t kNoMemoryLimit = std::uint64_t{1} << 60;

std::vector<std::string_view> CutAt(char separator, std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

bool Contains(const std::vector<std::string_view>& words,
              std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// nullopt for "max", "-1" and what is no number. A line feed may follow.
std::optional<std::uint64_t> ParseCount(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [at, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc() || (at != end && *at != '\n')) return std::nullopt;
  return value;
}

std::optional<double> Quota(std::string_view microseconds,
                            std::string_view period) {
  const auto spent = ParseCount(microseconds);
  const auto of = ParseCount(period);
  if (!spent || !of || *spent == 0 || *of == 0) return std::nullopt;
  return static_cast<double>(*spent) / static_cast<double>(*of);
}

// The path of this process's group in /proc/self/cgroup. `controller` empty:
// that of version 2.
std::optional<std::string_view> GroupOf(std::string_view groups,
                                        std::string_view controller) {
  for (const std::string_view line : CutAt('\n', groups)) {
    const std::size_t first = line.find(':');
    if (first == std::string_view::npos) continue;
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const auto controllers =
        CutAt(',', line.substr(first + 1, second - first - 1));
    const bool found = controller.empty() ? controllers.empty()
                                          : Contains(controllers, controller);
    if (found) return line.substr(second + 1);
  }
  return std::nullopt;
}

struct Mount {
  std::string_view root;  // of the hierarchy, which group is mounted
  std::string_view at;
};

std::optional<Mount> MountOf(std::string_view mounts,
                             std::string_view controller) {
  for (const std::string_view line : CutAt('\n', mounts)) {
    const std::size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    const auto left = CutAt(' ', line.substr(0, dash));
    const auto right = CutAt(' ', line.substr(dash + 3));
    if (left.size() < 6 || right.size() < 3) continue;
    const bool found = controller.empty()
                           ? right[0] == "cgroup2"
                           : right[0] == "cgroup" &&
                                 Contains(CutAt(',', right[2]), controller);
    if (found) return Mount{left[3], left[4]};
  }
  return std::nullopt;
}

// The group's folder and those above it, up to what is mounted.
std::vector<std::string> Folders(std::string_view mounts,
                                 std::string_view groups,
                                 std::string_view controller) {
  const auto mount = MountOf(mounts, controller);
  const auto group = GroupOf(groups, controller);
  if (!mount || !group) return {};
  std::string below(*group);
  if (mount->root != "/") {
    const bool inside = below.compare(0, mount->root.size(), mount->root) == 0;
    below = inside ? below.substr(mount->root.size()) : "";
  }
  // A group outside this namespace: only what is mounted shows.
  if (below.find("/..") != std::string::npos) below.clear();
  std::vector<std::string> folders;
  while (!below.empty() && below != "/") {
    folders.push_back(std::string(mount->at) + below);
    below.resize(below.rfind('/'));
  }
  folders.emplace_back(mount->at);
  return folders;
}

template <typename T>
void Tighten(std::optional<T>* limit, std::optional<T> other) {
  if (other && (!*limit || *other < **limit)) *limit = other;
}

}  // namespace

CgroupLimits ReadCgroupLimits(const ReadSmallFile& read) {
  const std::string mounts = read("/proc/self/mountinfo").value_or("");
  const std::string groups = read("/proc/self/cgroup").value_or("");
  CgroupLimits limits;
  for (const std::string& folder : Folders(mounts, groups, "")) {
    const std::string cpu = read(folder + "/cpu.max").value_or("");
    const auto words = CutAt(' ', cpu);
    if (words.size() == 2) Tighten(&limits.cpus, Quota(words[0], words[1]));
    Tighten(&limits.memory_bytes,
            ParseCount(read(folder + "/memory.max").value_or("")));
  }
  for (const std::string& folder : Folders(mounts, groups, "cpu")) {
    Tighten(&limits.cpus,
            Quota(read(folder + "/cpu.cfs_quota_us").value_or(""),
                  read(folder + "/cpu.cfs_period_us").value_or("")));
  }
  for (const std::string& folder : Folders(mounts, groups, "memory")) {
    Tighten(&limits.memory_bytes,
            ParseCount(read(folder + "/memory.limit_in_bytes").value_or("")));
  }
  if (limits.memory_bytes && *limits.memory_bytes >= kNoMemoryLimit) {
    limits.memory_bytes.reset();
  }
  return limits;
}

CgroupLimits ReadCgroupLimits() {
  return ReadCgroupLimits(
      [](const std::string& path) -> std::optional<std::string> {
        const std::ifstream file(path);
        if (!file) return std::nullopt;
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
      });
}

int ThreadsWithin(int cores, const CgroupLimits& limits) {
  const int most = std::max(1, cores);
  if (!limits.cpus || *limits.cpus >= most) return most;
  return std::max(1, static_cast<int>(std::ceil(*limits.cpus)));
}

int UsableThreads() {
  cpu_set_t set;
  const int cores =
      sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  return ThreadsWithin(cores, ReadCgroupLimits());
}

}  // namespace prewarm
