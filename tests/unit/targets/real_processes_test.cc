// Local processes that are real ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "tests/support/temp_dir.h"
#include "tests/unit/targets/fake_machine.h"
#include "warmup-controller/targets/local_processes.h"
#include "warmup-controller/targets/this_machine.h"

namespace prewarm {
namespace {

using testing::SizeIs;

// Its ports are all free: nobody listens in these tests.
class PortsAreFree : public ThisMachine {
 public:
  bool IsFree(const std::string& /*host*/, int /*port*/) override {
    return true;
  }
};

class RealProcessesTest : public testing::Test {
 protected:
  LocalProcesses Running(const std::string& script) {
    LocalProcess declared;
    declared.name = "shell";
    declared.command = {"/bin/sh", "-c", script, "{port}"};
    declared.first_port = 9000;
    declared.last_port = 9009;
    declared.log_directory = folder_.path();
    return {declared, &machine_, &clock_};
  }
  static bool Eventually(const std::function<bool()>& condition) {
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
  }
  bool LogHas(const std::string& text) {
    return Eventually([&] {
      return TempDir::Read(folder_.File("shell-0.log")).find(text) !=
             std::string::npos;
    });
  }

  const TempDir folder_;
  PortsAreFree machine_;
  HandClock clock_;
};

TEST_F(RealProcessesTest, OneThatExitsIsStartedAgainAndItsStatusTold) {
  LocalProcesses target = Running("echo port $0; exit 3");
  ASSERT_TRUE(target.Scale(1, {}).ok());
  ASSERT_TRUE(Eventually([&] { return target.Observe().instances.empty(); }));
  EXPECT_EQ(target.Observe().trouble,
            "shell-0.0 exited with status 3 after 0.0 s; starts again 1 s "
            "later; see " +
                folder_.File("shell-0.log"));
  EXPECT_TRUE(LogHas("port 9000"));
  clock_.now += std::chrono::seconds(1);
  EXPECT_TRUE(Eventually(
      [&] { return target.Observe().trouble.find("shell-0.1") == 0; }));
}

TEST_F(RealProcessesTest, OneThatIgnoresSigtermIsGoneAfterTheStopTimeout) {
  LocalProcesses target =
      Running("trap '' TERM; echo up; while :; do sleep 0.05; done");
  ASSERT_TRUE(target.Scale(1, {}).ok());
  ASSERT_TRUE(LogHas("up"));
  ASSERT_TRUE(target.Scale(0, {}).ok());
  ASSERT_THAT(target.Observe().instances, SizeIs(1));
  EXPECT_TRUE(target.Observe().instances[0].stopping);
  clock_.now += std::chrono::seconds(30);
  EXPECT_TRUE(Eventually([&] {
    (void)target.Observe();
    return target.Idle();
  }));
}

TEST_F(RealProcessesTest, OneThatObeysIsGoneAtOnce) {
  LocalProcesses target = Running("echo up; exec sleep 1000");
  ASSERT_TRUE(target.Scale(1, {}).ok());
  ASSERT_TRUE(LogHas("up"));
  ASSERT_TRUE(target.Scale(0, {}).ok());
  EXPECT_TRUE(Eventually([&] {
    (void)target.Observe();
    return target.Idle();
  }));
  EXPECT_EQ(target.Observe().trouble, "");
}

}  // namespace
}  // namespace prewarm
