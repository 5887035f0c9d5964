#include "inference-server/warmup/history.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/fault_env.h"
#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

WarmUpRecord RunOf(double total) {
  return {CachedState::kHit, total, {{"bind", 1.5, 20}}};
}

class History : public testing::Test {
 protected:
  WarmUpHistory Of(const std::string& machine = "a CPU",
                   Env* env = Env::System()) const {
    return {folder_.path(), "isnet", machine, env};
  }
  std::string File() const {
    for (const auto& entry :
         std::filesystem::directory_iterator(folder_.File("history"))) {
      return entry.path().string();
    }
    return "";
  }

  TempDir folder_;
};

TEST_F(History, IsReadInTheOrderItWasWritten) {
  const auto history = Of();
  EXPECT_TRUE(history.Load().empty());
  for (const double total : {3.0, 1.0, 2.0}) {
    ASSERT_TRUE(history.Add(RunOf(total)).ok());
  }
  const auto records = history.Load();
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].total_ms, 3);
  EXPECT_EQ(records[2].total_ms, 2);
  EXPECT_EQ(records[2].cached, CachedState::kHit);
  EXPECT_EQ(records[2].phases[0].name, "bind");
  EXPECT_EQ(records[2].phases[0].start_ms, 1.5);
}

TEST_F(History, OfAnotherMachineIsAnother) {
  ASSERT_TRUE(Of("one core").Add(RunOf(9)).ok());
  EXPECT_TRUE(Of("two cores").Load().empty());
}

TEST_F(History, DamagedAndHostileLinesAreLeftOut) {
  ASSERT_TRUE(Of().Add(RunOf(1)).ok());
  std::ofstream(File(), std::ios::app)
      << "\n{\n[]\n7\n{\"total_ms\":1}\n"
      << R"({"cached":"hit","total_ms":-1,"phases":[]})"
      << "\n"
      << R"({"cached":"hit","total_ms":1e300,"phases":[]})"
      << "\n"
      << R"({"cached":"warm","total_ms":1,"phases":[]})"
      << "\n"
      << R"({"cached":"hit","total_ms":"1","phases":[]})"
      << "\n"
      << R"({"cached":"hit","total_ms":1,"phases":{}})"
      << "\n"
      << R"({"cached":"hit","total_ms":1,"phases":[["a",1]]})"
      << "\n"
      << R"({"cached":"hit","total_ms":1,"phases":[[1,1,1]]})"
      << "\n"
      << std::string(100000, '[') << "\n";
  ASSERT_TRUE(Of().Add(RunOf(2)).ok());
  const auto records = Of().Load();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[1].total_ms, 2);
}

TEST_F(History, TornLastLineCostsOnlyItself) {
  ASSERT_TRUE(Of().Add(RunOf(1)).ok());
  std::ofstream(File(), std::ios::app) << R"({"cached":"hit","total)";
  ASSERT_TRUE(Of().Add(RunOf(2)).ok());
  const auto records = Of().Load();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[1].total_ms, 2);
}

TEST_F(History, GrowsNotForEver) {
  for (int i = 0; i < 600; ++i) ASSERT_TRUE(Of().Add(RunOf(i + 1)).ok());
  EXPECT_LT(std::filesystem::file_size(File()), 60000U);
  const auto records = Of().Load();
  ASSERT_EQ(records.size(), 64U);
  EXPECT_EQ(records.back().total_ms, 600);
  EXPECT_EQ(records.front().total_ms, 537);
}

TEST_F(History, FileTooLargeIsStartedAnew) {
  ASSERT_TRUE(Of().Add(RunOf(1)).ok());
  std::filesystem::resize_file(File(), 5 << 20);
  EXPECT_TRUE(Of().Load().empty());
  ASSERT_TRUE(Of().Add(RunOf(2)).ok());
  EXPECT_EQ(Of().Load().size(), 1U);
}

// Each of eight processes adds `each` records.
void AddFromProcesses(const WarmUpHistory& history, int each) {
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    children.push_back(fork());
    if (children.back() == 0) {
      bool fine = true;
      for (int k = 0; k < each; ++k) fine = history.Add(RunOf(1)).ok() && fine;
      _exit(fine ? 0 : 1);
    }
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
}

TEST_F(History, EightProcessesLoseNoLine) {
  AddFromProcesses(Of(), 8);
  EXPECT_EQ(Of().Load().size(), 64U);
}

TEST_F(History, EightProcessesTearNoLineWhileItIsShortened) {
  AddFromProcesses(Of(), 80);
  std::ifstream file(File());
  int lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    // Who read while another wrote ended that one's line once more.
    if (line.empty()) continue;
    EXPECT_TRUE(ParseRecord(line).has_value()) << line;
  }
  EXPECT_GE(lines, 64);
  EXPECT_LE(lines, 2 * (256 + 8));  // all may have seen the last free line
}

TEST_F(History, VolumeThatTakesNothingIsAnErrorAndNoHarm) {
  ASSERT_TRUE(Of().Add(RunOf(1)).ok());
  FaultEnv env;
  env.FailFrom(0, MakeError(ErrorCode::kForbidden, "Read-only file system"));
  EXPECT_EQ(Of("a CPU", &env).Add(RunOf(2)).error().code,
            ErrorCode::kForbidden);
  EXPECT_TRUE(Of("a CPU", &env).Load().empty());
  EXPECT_EQ(Of().Load().size(), 1U);
}

TEST_F(History, MachineIsNamedByCpuCoresAndThreads) {
  EXPECT_NE(MachineClass(1), MachineClass(2));
  EXPECT_NE(MachineClass(0).find("cores"), std::string::npos);
}

}  // namespace
}  // namespace prewarm
