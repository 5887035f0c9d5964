#include "warmup-controller/targets/this_machine.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

namespace prewarm {
namespace {

using testing::HasSubstr;

bool Within(std::chrono::seconds time, const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

std::string TextOf(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Whoever has adopted it may take a while to bury it.
bool IsGone(pid_t process) {
  const std::string stat = TextOf("/proc/" + std::to_string(process) + "/stat");
  return stat.empty() || stat.find(") Z") != std::string::npos;
}

class ThisMachineTest : public testing::Test {
 protected:
  ThisMachineTest() {
    char name[] = "/tmp/this_machine_XXXXXX";
    folder_ = mkdtemp(name);
  }
  ~ThisMachineTest() override {
    for (const char* file : {"/log", "/pid"}) unlink((folder_ + file).c_str());
    rmdir(folder_.c_str());
  }

  Result<int> Run(const std::string& script) {
    ProcessStart start;
    start.command = {"/bin/sh", "-c", script};
    start.log_file = folder_ + "/log";
    start.environment = {{"GREETING", "hello"}};
    return machine_.Start(start);
  }
  ProcessEnd EndOf(int process) {
    std::optional<ProcessEnd> end;
    EXPECT_TRUE(Within(std::chrono::seconds(20), [&] {
      end = machine_.Ended(process);
      return end.has_value();
    }));
    return end.value_or(ProcessEnd{});
  }
  // After the script has said so in its log.
  void AwaitLog(const std::string& text) {
    EXPECT_TRUE(Within(std::chrono::seconds(20), [&] {
      return TextOf(folder_ + "/log").find(text) != std::string::npos;
    }));
  }

  std::string folder_;
  ThisMachine machine_;
};

TEST_F(ThisMachineTest, ExitStatusIsSeenAndOutputIsInTheLog) {
  const auto process = Run("echo $GREETING; echo wrong >&2; exit 7");
  ASSERT_TRUE(process.ok());
  EXPECT_EQ(EndOf(*process).status, 7);
  EXPECT_EQ(TextOf(folder_ + "/log"), "hello\nwrong\n");
}

TEST_F(ThisMachineTest, SignalReachesTheProcessAndItsChildren) {
  const auto process =
      Run("sleep 1000 & echo $! >" + folder_ + "/pid; echo up; wait");
  ASSERT_TRUE(process.ok());
  AwaitLog("up");
  const pid_t child = std::stoi(TextOf(folder_ + "/pid"));
  machine_.Signal(*process, SIGTERM);
  EXPECT_EQ(EndOf(*process).signal, SIGTERM);
  EXPECT_TRUE(Within(std::chrono::seconds(20), [&] { return IsGone(child); }));
}

TEST_F(ThisMachineTest, OneThatIgnoresSigtermIsEndedBySigkill) {
  const auto process =
      Run("trap '' TERM; echo up; while :; do sleep 0.05; done");
  ASSERT_TRUE(process.ok());
  AwaitLog("up");
  machine_.Signal(*process, SIGTERM);
  EXPECT_FALSE(machine_.Ended(*process).has_value());
  machine_.Signal(*process, SIGKILL);
  EXPECT_EQ(EndOf(*process).signal, SIGKILL);
}

TEST_F(ThisMachineTest, MissingProgramAndFolderAreErrorsOfTheStart) {
  ProcessStart start;
  start.command = {"no-such-program-anywhere"};
  const auto missing = machine_.Start(start);
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().message, HasSubstr("no-such-program-anywhere"));
  EXPECT_THAT(missing.error().message, HasSubstr("No such file"));
  start.command = {"/bin/true"};
  start.directory = "/no/such/folder";
  EXPECT_FALSE(machine_.Start(start).ok());
  start.directory.clear();
  start.log_file = "/no/such/folder/log";
  EXPECT_FALSE(machine_.Start(start).ok());
}

TEST_F(ThisMachineTest, ChildHasNoDescriptorButItsStreams) {
  const int inheritable = dup(STDERR_FILENO);
  const auto process =
      Run("test -e /proc/$$/fd/2 && test ! -e /proc/$$/fd/" +
          std::to_string(inheritable) + " && read line; echo end $?");
  close(inheritable);
  ASSERT_TRUE(process.ok());
  EXPECT_EQ(EndOf(*process).status, 0);
  // Its standard input is empty.
  EXPECT_EQ(TextOf(folder_ + "/log"), "end 1\n");
}

TEST_F(ThisMachineTest, ChildHasTheSignalsOfAnybody) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto ignored = signal(SIGPIPE, SIG_IGN);
  // Without a shell, which would set its own.
  ProcessStart start;
  start.command = {"grep", "-E", "SigBlk|SigIgn", "/proc/self/status"};
  start.log_file = folder_ + "/log";
  const auto process = machine_.Start(start);
  signal(SIGPIPE, ignored);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ASSERT_TRUE(process.ok());
  EXPECT_EQ(EndOf(*process).status, 0);
  // Of 1 to 31: glibc ignores 32 and 33, which are its own, in every child.
  std::istringstream lines(TextOf(folder_ + "/log"));
  for (const char* expected : {"SigBlk:", "SigIgn:"}) {
    std::string name;
    std::string mask;
    lines >> name >> mask;
    EXPECT_EQ(name, expected);
    ASSERT_EQ(mask.size(), 16U);
    EXPECT_EQ(std::stoull(mask, nullptr, 16) & 0x7fffffffULL, 0U) << name;
  }
}

TEST_F(ThisMachineTest, NothingIsLeftOfAParentThatWasKilled) {
  const pid_t parent = fork();
  ASSERT_GE(parent, 0);
  if (parent == 0) {
    (void)Run("echo $$ >" + folder_ + "/pid; echo up; exec sleep 1000");
    while (true) pause();
  }
  AwaitLog("up");
  const pid_t child = std::stoi(TextOf(folder_ + "/pid"));
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  EXPECT_TRUE(Within(std::chrono::seconds(20), [&] { return IsGone(child); }));
}

TEST_F(ThisMachineTest, WhatIsLeftOfItsGroupEndsWithTheProcess) {
  const auto process = Run("sleep 1000 & echo $! >" + folder_ + "/pid");
  ASSERT_TRUE(process.ok());
  EXPECT_EQ(EndOf(*process).status, 0);
  const pid_t child = std::stoi(TextOf(folder_ + "/pid"));
  EXPECT_TRUE(Within(std::chrono::seconds(20), [&] { return IsGone(child); }));
}

TEST_F(ThisMachineTest, OneThatWasKilledLeavesNoZombie) {
  const auto process = Run("echo up; exec sleep 1000");
  ASSERT_TRUE(process.ok());
  AwaitLog("up");
  machine_.Kill(*process);
  EXPECT_TRUE(Within(std::chrono::seconds(20), [&] {
    const auto other = Run("exit 0");
    if (other.ok()) EndOf(*other);
    return kill(*process, 0) != 0;
  }));
}

TEST_F(ThisMachineTest, LogIsAppendedTo) {
  for (const char* text : {"echo one", "echo two"}) {
    const auto process = Run(text);
    ASSERT_TRUE(process.ok());
    EXPECT_EQ(EndOf(*process).status, 0);
  }
  EXPECT_EQ(TextOf(folder_ + "/log"), "one\ntwo\n");
}

TEST_F(ThisMachineTest, WithoutALogStderrTakesBoth) {
  const int before = dup(STDERR_FILENO);
  const int log =
      open((folder_ + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(log, STDERR_FILENO);
  close(log);
  ProcessStart start;
  start.command = {"/bin/sh", "-c", "echo out; echo err >&2"};
  const auto process = machine_.Start(start);
  dup2(before, STDERR_FILENO);
  close(before);
  ASSERT_TRUE(process.ok());
  EXPECT_EQ(EndOf(*process).status, 0);
  EXPECT_EQ(TextOf(folder_ + "/log"), "out\nerr\n");
}

TEST_F(ThisMachineTest, FolderOfTheProcessIsTheDeclaredOne) {
  ProcessStart start;
  start.command = {"/bin/sh", "-c", "pwd"};
  start.directory = folder_;
  start.log_file = folder_ + "/log";
  const auto process = machine_.Start(start);
  ASSERT_TRUE(process.ok());
  EXPECT_EQ(EndOf(*process).status, 0);
  EXPECT_EQ(TextOf(folder_ + "/log"), folder_ + "\n");
}

TEST_F(ThisMachineTest, PortThatSomebodyHoldsIsNotFree) {
  const int one = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(one, reinterpret_cast<sockaddr*>(&address), sizeof address),
            0);
  ASSERT_EQ(listen(one, 1), 0);
  socklen_t size = sizeof address;
  getsockname(one, reinterpret_cast<sockaddr*>(&address), &size);
  const int port = ntohs(address.sin_port);
  EXPECT_FALSE(machine_.IsFree("127.0.0.1", port));
  close(one);
  EXPECT_TRUE(machine_.IsFree("127.0.0.1", port));
  EXPECT_FALSE(machine_.IsFree("no such host", port));
}

}  // namespace
}  // namespace prewarm
