#include "common/base/cgroup.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace prewarm {
namespace {

using Files = std::map<std::string, std::string>;

constexpr char kMountInfo[] = "/proc/self/mountinfo";
constexpr char kCgroup[] = "/proc/self/cgroup";

CgroupLimits LimitsOf(const Files& files) {
  return ReadCgroupLimits(
      [&](const std::string& path) -> std::optional<std::string> {
        const auto it = files.find(path);
        if (it == files.end()) return std::nullopt;
        return it->second;
      });
}

std::string Unified(const std::string& root = "/") {
  return "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
         "30 22 0:26 " +
         root +
         " /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime shared:9 - cgroup2 "
         "cgroup rw,nsdelegate\n";
}

// As in a container with a group namespace: the mount is its own group.
Files Container(const std::string& cpu, const std::string& memory = "max\n") {
  return {{kMountInfo, Unified()},
          {kCgroup, "0::/\n"},
          {"/sys/fs/cgroup/cpu.max", cpu},
          {"/sys/fs/cgroup/memory.max", memory}};
}

TEST(CgroupTest, AQuotaOfVersion2IsTimeInAPeriod) {
  EXPECT_EQ(LimitsOf(Container("150000 100000\n")).cpus, 1.5);
  EXPECT_EQ(LimitsOf(Container("25000 50000\n")).cpus, 0.5);
}

TEST(CgroupTest, MaxIsNoLimit) {
  const CgroupLimits limits = LimitsOf(Container("max 100000\n"));
  EXPECT_FALSE(limits.cpus);
  EXPECT_FALSE(limits.memory_bytes);
}

TEST(CgroupTest, AMemoryLimitIsInBytes) {
  const auto limits = LimitsOf(Container("max 100000\n", "3221225472\n"));
  EXPECT_EQ(limits.memory_bytes, std::uint64_t{3} << 30);
}

TEST(CgroupTest, WhatIsNoQuotaIsNoLimit) {
  for (const char* text :
       {"", "\n", "100000", "0 100000", "100000 0", "-1 100000", "a b", "1 2 3",
        "99999999999999999999999 100000", "100000x 100000"}) {
    EXPECT_FALSE(LimitsOf(Container(text)).cpus) << text;
  }
}

TEST(CgroupTest, WithoutItsFilesThereIsNoLimit) {
  const CgroupLimits limits = LimitsOf({});
  EXPECT_FALSE(limits.cpus);
  EXPECT_FALSE(limits.memory_bytes);
}

TEST(CgroupTest, DamagedFilesOfTheKernelAreNoLimit) {
  for (const char* text : {"no lines", " - ", "1 2 3 4 5 - cgroup2 a",
                           "1 2 3 4 5 6 - cgroup2 a b\n", "\n\n:::\n"}) {
    EXPECT_FALSE(LimitsOf({{kMountInfo, text}, {kCgroup, text}}).cpus) << text;
  }
}

TEST(CgroupTest, TheTightestGroupOnTheWayUpCounts) {
  Files files = {{kMountInfo, Unified()},
                 {kCgroup, "0::/kubepods/pod1/server\n"},
                 {"/sys/fs/cgroup/kubepods/pod1/server/cpu.max", "max 100000"},
                 {"/sys/fs/cgroup/kubepods/pod1/cpu.max", "200000 100000"},
                 {"/sys/fs/cgroup/kubepods/cpu.max", "800000 100000"},
                 {"/sys/fs/cgroup/kubepods/memory.max", "1000"},
                 {"/sys/fs/cgroup/kubepods/pod1/memory.max", "2000"}};
  EXPECT_EQ(LimitsOf(files).cpus, 2.0);
  EXPECT_EQ(LimitsOf(files).memory_bytes, 1000U);
}

TEST(CgroupTest, AMountedGroupStandsForItsPath) {
  Files files = {{kMountInfo, Unified("/docker/abc")},
                 {kCgroup, "0::/docker/abc/inner\n"},
                 {"/sys/fs/cgroup/inner/cpu.max", "300000 100000"}};
  EXPECT_EQ(LimitsOf(files).cpus, 3.0);
}

TEST(CgroupTest, OfAGroupOutsideTheNamespaceOnlyTheMountShows) {
  Files files = Container("400000 100000");
  files[kCgroup] = "0::/../../other\n";
  EXPECT_EQ(LimitsOf(files).cpus, 4.0);
}

Files Version1(const std::string& quota, const std::string& memory) {
  return {
      {kMountInfo,
       "33 24 0:29 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup "
       "rw,cpu,cpuacct\n"
       "34 24 0:30 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup "
       "rw,memory\n"
       "35 24 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup rw\n"},
      {kCgroup, "4:cpu,cpuacct:/docker/abc\n3:memory:/docker/abc\n0::/\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", quota},
      {"/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n"},
      {"/sys/fs/cgroup/memory/memory.limit_in_bytes", memory}};
}

TEST(CgroupTest, Version1HasTheSameUnderOtherNames) {
  const auto limits = LimitsOf(Version1("250000\n", "1073741824\n"));
  EXPECT_EQ(limits.cpus, 2.5);
  EXPECT_EQ(limits.memory_bytes, std::uint64_t{1} << 30);
}

TEST(CgroupTest, Version1SaysNoLimitByItsOwnNumbers) {
  const auto limits = LimitsOf(Version1("-1\n", "9223372036854771712\n"));
  EXPECT_FALSE(limits.cpus);
  EXPECT_FALSE(limits.memory_bytes);
}

TEST(CgroupTest, APartOfACoreIsAThread) {
  const auto threads = [](int cores, double quota) {
    return ThreadsWithin(cores, {quota, std::nullopt});
  };
  EXPECT_EQ(threads(16, 2.0), 2);
  EXPECT_EQ(threads(16, 2.1), 3);
  EXPECT_EQ(threads(16, 0.1), 1);
  EXPECT_EQ(threads(2, 8.0), 2);
  EXPECT_EQ(threads(2, 1e18), 2);
  EXPECT_EQ(ThreadsWithin(4, {}), 4);
  EXPECT_EQ(ThreadsWithin(0, {}), 1);
}

TEST(CgroupTest, ThisProcessHasAThreadAtLeast) {
  EXPECT_GE(UsableThreads(), 1);
}

}  // namespace
}  // namespace prewarm
