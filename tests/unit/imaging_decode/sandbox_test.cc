#include "inference-server/imaging/heif_helper/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

// A sanitizer's runtime needs what the sandbox forbids.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace prewarm {
namespace {

constexpr unsigned kCpuSeconds = 60;
constexpr std::size_t kAddressBytes = std::size_t{1} << 30;

// Runs `probe` in a process of its own behind the walls; exits with 0 where
// the probe says true.
template <typename Probe>
[[noreturn]] void ProbeInSandbox(Probe probe) {
  if (!EnterSandbox(kCpuSeconds, kAddressBytes)) _exit(9);
  _exit(probe() ? 0 : 1);
}

class SandboxTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};
using SandboxDeathTest = SandboxTest;

TEST_F(SandboxDeathTest, NoFileCanBeOpened) {
  EXPECT_EXIT(ProbeInSandbox([] { return open("/etc/passwd", O_RDONLY) < 0; }),
              testing::ExitedWithCode(0), "");
}

TEST_F(SandboxDeathTest, NoProcessCanBeStarted) {
  EXPECT_EXIT(ProbeInSandbox([] {
                const pid_t pid = fork();
                if (pid == 0) _exit(0);
                char name[] = "/bin/true";
                char* arguments[] = {name, nullptr};
                return pid < 0 && execv(name, arguments) < 0;
              }),
              testing::ExitedWithCode(0), "");
}

TEST_F(SandboxDeathTest, NoSocketCanBeMade) {
  EXPECT_EXIT(
      ProbeInSandbox([] { return socket(AF_INET, SOCK_STREAM, 0) < 0; }),
      testing::ExitedWithCode(0), "");
}

TEST_F(SandboxDeathTest, NoPageBecomesExecutable) {
  EXPECT_EXIT(ProbeInSandbox([] {
                return mmap(nullptr, 4096, PROT_READ | PROT_EXEC,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
              }),
              testing::ExitedWithCode(0), "");
}

TEST_F(SandboxDeathTest, MemoryEndsAtTheLimit) {
  EXPECT_EXIT(ProbeInSandbox([] {
                return mmap(nullptr, kAddressBytes, PROT_READ,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
              }),
              testing::ExitedWithCode(0), "");
}

TEST_F(SandboxDeathTest, ThreadsAndMemoryOfTheDecodersWork) {
  EXPECT_EXIT(ProbeInSandbox([] {
                int answer = 0;
                std::thread worker([&] { answer = 42; });
                worker.join();
                return answer == 42;
              }),
              testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace prewarm

#endif
