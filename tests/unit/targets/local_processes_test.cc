#include "warmup-controller/targets/local_processes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/unit/targets/fake_machine.h"

namespace prewarm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class LocalProcessesTest : public testing::Test {
 protected:
  static LocalProcess Declared() {
    LocalProcess declared;
    declared.name = "server";
    declared.command = {"serve", "--port={port}"};
    declared.first_port = 9000;
    declared.last_port = 9003;
    declared.stop_timeout = seconds(5);
    return declared;
  }
  void Declare(const LocalProcess& declared) {
    target_.emplace(declared, &machine_, &clock_);
  }
  std::vector<std::string> Ids() {
    std::vector<std::string> ids;
    for (const InstanceSeen& one : target_->Observe().instances) {
      ids.push_back(one.id + (one.stopping ? " stops" : ""));
    }
    return ids;
  }
  void Scale(int replicas, const std::vector<std::string>& dispensable = {}) {
    const Status done = target_->Scale(replicas, dispensable);
    EXPECT_TRUE(done.ok()) << done.error().message;
  }
  void After(milliseconds time) { clock_.now += time; }

  FakeMachine machine_;
  HandClock clock_;
  std::optional<LocalProcesses> target_;
};

TEST_F(LocalProcessesTest, AsManyRunAsAreAskedForEachAtItsOwnPort) {
  Declare(Declared());
  EXPECT_THAT(Ids(), IsEmpty());
  Scale(2);
  EXPECT_THAT(Ids(), ElementsAre("server-0.0", "server-1.0"));
  ASSERT_THAT(machine_.starts, SizeIs(2));
  EXPECT_THAT(machine_.starts[0].command, ElementsAre("serve", "--port=9000"));
  EXPECT_THAT(machine_.starts[1].command, ElementsAre("serve", "--port=9001"));
  EXPECT_EQ(target_->Observe().instances[1].urls.at(""),
            "http://127.0.0.1:9001");
  EXPECT_THAT(machine_.starts, SizeIs(2));
}

TEST_F(LocalProcessesTest, AdminPortIsAnotherOneOfTheRange) {
  LocalProcess declared = Declared();
  declared.command = {"serve", "{port}", "--admin", "{admin_port}"};
  declared.host = "::1";
  Declare(declared);
  Scale(2);
  const TargetView view = target_->Observe();
  ASSERT_THAT(view.instances, SizeIs(2));
  EXPECT_THAT(machine_.starts[1].command,
              ElementsAre("serve", "9002", "--admin", "9003"));
  EXPECT_EQ(view.instances[1].urls.at(""), "http://[::1]:9002");
  EXPECT_EQ(view.instances[1].urls.at("admin"), "http://[::1]:9003");
}

TEST_F(LocalProcessesTest, MoreThanThePortsAllowIsTrouble) {
  Declare(Declared());
  Scale(5);
  EXPECT_THAT(Ids(), SizeIs(4));
  EXPECT_EQ(target_->Observe().trouble,
            "5 instances are asked for; spec.ports has room for 4");
  Scale(4);
  EXPECT_EQ(target_->Observe().trouble, "");
}

TEST_F(LocalProcessesTest, ScaleStartsAtOnceAndNotAtTheNextLook) {
  Declare(Declared());
  Scale(2);
  EXPECT_THAT(machine_.starts, SizeIs(2));
}

TEST_F(LocalProcessesTest, PortsThatOthersHoldArePassedOver) {
  machine_.taken = {9000, 9002};
  Declare(Declared());
  Scale(2);
  EXPECT_THAT(Ids(), SizeIs(2));
  EXPECT_EQ(machine_.starts[0].command[1], "--port=9001");
  EXPECT_EQ(machine_.starts[1].command[1], "--port=9003");
}

TEST_F(LocalProcessesTest, WithoutAFreePortItWaitsAndSaysSo) {
  machine_.taken = {9000, 9001, 9002, 9003};
  Declare(Declared());
  Scale(1);
  EXPECT_THAT(target_->Observe().trouble,
              HasSubstr("no free port from 9000 to 9003"));
  machine_.taken.clear();
  EXPECT_THAT(Ids(), IsEmpty());
  After(seconds(1));
  EXPECT_THAT(Ids(), ElementsAre("server-0.0"));
  EXPECT_EQ(target_->Observe().trouble, "");
}

TEST_F(LocalProcessesTest, OneThatExitsIsStartedAgainAfterGrowingPauses) {
  Declare(Declared());
  Scale(1);
  EXPECT_THAT(Ids(), SizeIs(1));
  for (const int pause : {1, 2, 4, 8, 16, 32, 60, 60}) {
    machine_.ends[static_cast<int>(machine_.starts.size())] = {3, 0};
    EXPECT_THAT(Ids(), IsEmpty());
    EXPECT_EQ(target_->Observe().trouble,
              "server-0." + std::to_string(machine_.starts.size() - 1) +
                  " exited with status 3 after 0.0 s; starts again " +
                  std::to_string(pause) + " s later");
    After(seconds(pause) - milliseconds(1));
    EXPECT_THAT(Ids(), IsEmpty()) << pause;
    After(milliseconds(1));
    EXPECT_THAT(Ids(), SizeIs(1)) << pause;
  }
  EXPECT_THAT(Ids(), ElementsAre("server-0.8"));
}

TEST_F(LocalProcessesTest, OneThatRanForLongIsStartedAgainSoon) {
  Declare(Declared());
  Scale(1);
  EXPECT_THAT(Ids(), SizeIs(1));
  machine_.ends[1] = {0, SIGSEGV};
  EXPECT_THAT(target_->Observe().trouble, HasSubstr("by signal 11"));
  After(seconds(1));
  EXPECT_THAT(Ids(), ElementsAre("server-0.1"));
  EXPECT_THAT(target_->Observe().trouble, HasSubstr("by signal 11"));
  After(seconds(61));
  EXPECT_EQ(target_->Observe().trouble, "");
  machine_.ends[2] = {1, 0};
  EXPECT_THAT(Ids(), IsEmpty());
  After(seconds(1));
  EXPECT_THAT(Ids(), ElementsAre("server-0.2"));
}

TEST_F(LocalProcessesTest, StopIsSigtermAndLaterSigkill) {
  Declare(Declared());
  Scale(1);
  EXPECT_THAT(Ids(), SizeIs(1));
  Scale(0);
  EXPECT_THAT(machine_.signals, ElementsAre(Pair(1, SIGTERM)));
  EXPECT_THAT(Ids(), ElementsAre("server-0.0 stops"));
  EXPECT_FALSE(target_->Idle());
  After(seconds(5));
  EXPECT_THAT(Ids(), SizeIs(1));
  EXPECT_THAT(Ids(), SizeIs(1));
  EXPECT_THAT(machine_.signals,
              ElementsAre(Pair(1, SIGTERM), Pair(1, SIGKILL)));
  machine_.ends[1] = {0, SIGKILL};
  EXPECT_THAT(Ids(), IsEmpty());
  EXPECT_TRUE(target_->Idle());
  EXPECT_EQ(target_->Observe().trouble, "");
}

TEST_F(LocalProcessesTest, TheDispensableGoFirstAndThenTheNewest) {
  Declare(Declared());
  Scale(4);
  EXPECT_THAT(Ids(), SizeIs(4));
  Scale(2, {"server-1.0"});
  EXPECT_THAT(Ids(), ElementsAre("server-0.0", "server-1.0 stops", "server-2.0",
                                 "server-3.0 stops"));
}

TEST_F(LocalProcessesTest, TheNewestIsTheOneThatStartedLast) {
  Declare(Declared());
  Scale(3);
  EXPECT_THAT(Ids(), SizeIs(3));
  machine_.ends[1] = {1, 0};
  EXPECT_THAT(Ids(), SizeIs(2));
  After(seconds(1));
  EXPECT_THAT(Ids(), ElementsAre("server-0.1", "server-1.0", "server-2.0"));
  Scale(2);
  EXPECT_THAT(Ids(),
              ElementsAre("server-0.1 stops", "server-1.0", "server-2.0"));
}

TEST_F(LocalProcessesTest, DispensableOnesGoInTheirOrder) {
  Declare(Declared());
  Scale(4);
  Scale(3, {"server-2.0", "server-0.0"});
  EXPECT_THAT(Ids(), ElementsAre("server-0.0", "server-1.0", "server-2.0 stops",
                                 "server-3.0"));
}

TEST_F(LocalProcessesTest, OneThatStopsIsNotStoppedAgain) {
  Declare(Declared());
  Scale(2);
  Scale(1);
  Scale(1, {"server-1.0"});
  EXPECT_THAT(machine_.signals, ElementsAre(Pair(2, SIGTERM)));
  EXPECT_TRUE(target_->Replace("server-1.0").ok());
  EXPECT_THAT(machine_.signals, SizeIs(1));
  EXPECT_THAT(machine_.starts, SizeIs(2));
}

TEST_F(LocalProcessesTest, ExitOfOneThatStopsIsNoTrouble) {
  Declare(Declared());
  Scale(1);
  Scale(0);
  machine_.ends[1] = {3, 0};
  EXPECT_THAT(Ids(), IsEmpty());
  EXPECT_EQ(target_->Observe().trouble, "");
  After(seconds(100));
  EXPECT_THAT(Ids(), IsEmpty());
}

TEST_F(LocalProcessesTest, WhatOnlyWaitedIsIdleAtOnceWhenNothingIsAskedFor) {
  machine_.start_error = "no";
  Declare(Declared());
  Scale(1);
  EXPECT_FALSE(target_->Idle());
  Scale(0);
  EXPECT_TRUE(target_->Idle());
  machine_.start_error.clear();
  After(seconds(100));
  EXPECT_THAT(Ids(), IsEmpty());
}

TEST_F(LocalProcessesTest, WhatWaitsForItsStartIsLetGoBeforeWhatRuns) {
  Declare(Declared());
  Scale(2);
  EXPECT_THAT(Ids(), SizeIs(2));
  machine_.ends[1] = {1, 0};
  EXPECT_THAT(Ids(), ElementsAre("server-1.0"));
  Scale(1, {"server-1.0"});
  EXPECT_THAT(Ids(), ElementsAre("server-1.0"));
  EXPECT_THAT(machine_.signals, IsEmpty());
}

TEST_F(LocalProcessesTest, AscentDuringAStopIsAnotherProcessAtAnotherPort) {
  Declare(Declared());
  Scale(1);
  EXPECT_THAT(Ids(), SizeIs(1));
  Scale(0);
  Scale(1);
  EXPECT_THAT(Ids(), ElementsAre("server-0.0 stops", "server-1.0"));
  EXPECT_EQ(machine_.starts[1].command[1], "--port=9001");
  machine_.ends[1] = {0, SIGTERM};
  EXPECT_THAT(Ids(), ElementsAre("server-1.0"));
  // Ids never come again.
  Scale(2);
  EXPECT_THAT(Ids(), ElementsAre("server-0.1", "server-1.0"));
}

TEST_F(LocalProcessesTest, ReplacedOneStopsWhileAnotherOneStarts) {
  Declare(Declared());
  Scale(1);
  EXPECT_TRUE(target_->Replace("server-0.0").ok());
  EXPECT_THAT(machine_.signals, ElementsAre(Pair(1, SIGTERM)));
  EXPECT_THAT(Ids(), ElementsAre("server-0.0 stops", "server-1.0"));
  EXPECT_TRUE(target_->Replace("server-0.0").ok());
  EXPECT_THAT(machine_.signals, SizeIs(1));
  After(seconds(5));
  EXPECT_THAT(Ids(), SizeIs(2));
  EXPECT_THAT(machine_.signals,
              ElementsAre(Pair(1, SIGTERM), Pair(1, SIGKILL)));
}

TEST_F(LocalProcessesTest, ReplacementWaitsForThePortOfTheOneThatStops) {
  LocalProcess declared = Declared();
  declared.last_port = declared.first_port;
  Declare(declared);
  Scale(1);
  EXPECT_TRUE(target_->Replace("server-0.0").ok());
  EXPECT_THAT(Ids(), ElementsAre("server-0.0 stops"));
  EXPECT_EQ(target_->Observe().trouble, "");
  machine_.ends[1] = {0, SIGTERM};
  EXPECT_THAT(Ids(), ElementsAre("server-1.0"));
  EXPECT_EQ(machine_.starts[1].command[1], "--port=9000");
}

TEST_F(LocalProcessesTest, ReplacementOfWhatIsGoneIsNothing) {
  Declare(Declared());
  EXPECT_TRUE(target_->Replace("server-7.3").ok());
  EXPECT_THAT(machine_.starts, IsEmpty());
  EXPECT_TRUE(target_->Idle());
}

TEST_F(LocalProcessesTest, TargetsThatShareALedgerShareNoPortAndNoId) {
  const auto ledger = std::make_shared<ProcessLedger>();
  const LocalProcess declared = Declared();
  std::optional<LocalProcesses> first;
  first.emplace(declared, &machine_, &clock_, ledger);
  LocalProcesses second(declared, &machine_, &clock_, ledger);
  EXPECT_TRUE(first->Scale(1, {}).ok());
  EXPECT_TRUE(second.Scale(1, {}).ok());
  const TargetView view = second.Observe();
  ASSERT_THAT(view.instances, SizeIs(1));
  EXPECT_EQ(view.instances[0].id, "server-0.1");
  EXPECT_EQ(view.instances[0].urls.at(""), "http://127.0.0.1:9001");
  first.reset();
  EXPECT_TRUE(second.Scale(2, {}).ok());
  EXPECT_EQ(machine_.starts[2].command[1], "--port=9000");
}

TEST_F(LocalProcessesTest, FailedStartsPauseLongerEachTime) {
  machine_.start_error = "no";
  Declare(Declared());
  Scale(1);
  for (const int pause : {1, 2, 4, 8, 16, 32, 60, 60}) {
    EXPECT_EQ(target_->Observe().trouble,
              "no; starts again " + std::to_string(pause) + " s later");
    After(seconds(pause));
  }
}

TEST_F(LocalProcessesTest, TheLastTroubleOfSeveralIsTold) {
  Declare(Declared());
  Scale(2);
  machine_.ends[2] = {5, 0};
  EXPECT_THAT(target_->Observe().trouble, HasSubstr("server-1.0 exited"));
  After(milliseconds(500));
  machine_.ends[1] = {6, 0};
  EXPECT_THAT(target_->Observe().trouble, HasSubstr("server-0.0 exited"));
}

TEST_F(LocalProcessesTest, ProgramThatIsMissingIsToldAndTriedAgain) {
  machine_.start_error = "can't start serve: No such file or directory";
  Declare(Declared());
  Scale(1);
  EXPECT_THAT(target_->Observe().trouble, HasSubstr("No such file"));
  machine_.start_error.clear();
  After(seconds(1));
  EXPECT_THAT(Ids(), ElementsAre("server-0.0"));
}

TEST_F(LocalProcessesTest, LogsAreOneFileAPlace) {
  LocalProcess declared = Declared();
  declared.log_directory = "/logs";
  declared.working_directory = "/work";
  declared.environment = {{"A", "b"}};
  Declare(declared);
  Scale(2);
  EXPECT_THAT(Ids(), SizeIs(2));
  EXPECT_EQ(machine_.starts[1].log_file, "/logs/server-1.log");
  EXPECT_EQ(machine_.starts[1].directory, "/work");
  EXPECT_THAT(machine_.starts[1].environment, ElementsAre(Pair("A", "b")));
  machine_.ends[2] = {1, 0};
  EXPECT_THAT(target_->Observe().trouble, HasSubstr("/logs/server-1.log"));
}

TEST_F(LocalProcessesTest, WhatRunsInTheEndIsKilled) {
  Declare(Declared());
  Scale(1);
  EXPECT_THAT(Ids(), SizeIs(1));
  target_.reset();
  EXPECT_THAT(machine_.signals, ElementsAre(Pair(1, SIGKILL)));
}

}  // namespace
}  // namespace prewarm
