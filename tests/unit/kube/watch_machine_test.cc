#include "warmup-controller/kube/watch_machine.h"

#include <gtest/gtest.h>

namespace prewarm::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using Do = WatchPlan::Do;

Error Of(ErrorCode code) { return MakeError(code, "x"); }

class WatchMachineTest : public testing::Test {
 protected:
  // No more than half of a delay comes by chance; here none.
  WatchMachine machine_{
      {milliseconds(1000), milliseconds(8000), milliseconds(10000)},
      [] { return 0.0; }};
};

TEST_F(WatchMachineTest, BeginsWithAListAtOnceAndThenWatches) {
  EXPECT_EQ(machine_.plan().what, Do::kList);
  EXPECT_EQ(machine_.plan().delay, milliseconds(0));
  machine_.Listed("7");
  EXPECT_EQ(machine_.plan().what, Do::kWatch);
  EXPECT_EQ(machine_.plan().delay, milliseconds(0));
  EXPECT_EQ(machine_.plan().resource_version, "7");
}

TEST_F(WatchMachineTest, AfterEachWayToEndItDoesTheRightThing) {
  struct Case {
    const char* name;
    Status how;
    Do what;
    std::string version;
    milliseconds delay;
  };
  const Case cases[] = {
      {"the server's timeout", Ok{}, Do::kWatch, "9", milliseconds(0)},
      {"a disconnect", Of(ErrorCode::kUnavailable), Do::kWatch, "9",
       milliseconds(500)},
      {"silence", Of(ErrorCode::kDeadlineExceeded), Do::kWatch, "9",
       milliseconds(500)},
      {"a busy server", Of(ErrorCode::kResourceExhausted), Do::kWatch, "9",
       milliseconds(500)},
      {"a refused token", Of(ErrorCode::kUnauthorized), Do::kWatch, "9",
       milliseconds(500)},
      {"a broken server", Of(ErrorCode::kInternal), Do::kWatch, "9",
       milliseconds(500)},
      {"too old a version", Of(ErrorCode::kGone), Do::kList, "",
       milliseconds(500)},
      {"a version that is none", Of(ErrorCode::kInvalidArgument), Do::kList, "",
       milliseconds(500)},
      {"the type is gone", Of(ErrorCode::kNotFound), Do::kList, "",
       milliseconds(500)},
      {"an endless line", Of(ErrorCode::kTooLarge), Do::kList, "",
       milliseconds(500)},
      {"a line that is no event", Of(ErrorCode::kUnprocessable), Do::kList, "",
       milliseconds(500)},
  };
  for (const Case& one : cases) {
    machine_.Listed("7");
    machine_.Progressed("9");
    machine_.WatchEnded(one.how, minutes(5));
    EXPECT_EQ(machine_.plan().what, one.what) << one.name;
    EXPECT_EQ(machine_.plan().resource_version, one.version) << one.name;
    EXPECT_EQ(machine_.plan().delay, one.delay) << one.name;
  }
}

TEST_F(WatchMachineTest, FailuresInARowWaitLongerUpToALimit) {
  machine_.Listed("7");
  for (const int expected : {500, 1000, 2000, 4000, 4000, 4000}) {
    machine_.WatchEnded(Of(ErrorCode::kUnavailable), milliseconds(1));
    EXPECT_EQ(machine_.plan().delay, milliseconds(expected));
  }
  machine_.Progressed("8");
  machine_.WatchEnded(Of(ErrorCode::kUnavailable), milliseconds(1));
  EXPECT_EQ(machine_.plan().delay, milliseconds(500));
}

TEST_F(WatchMachineTest, ManyFailuresDoNotOverflow) {
  for (int i = 0; i < 200; ++i) machine_.ListFailed(Of(ErrorCode::kInternal));
  EXPECT_EQ(machine_.plan().delay, milliseconds(4000));
}

TEST_F(WatchMachineTest, WatchThatEndsAtOnceWithoutAnEventIsAFailureToo) {
  machine_.Listed("7");
  machine_.WatchEnded(Ok{}, milliseconds(1));
  EXPECT_EQ(machine_.plan().what, Do::kWatch);
  EXPECT_EQ(machine_.plan().delay, milliseconds(500));
  machine_.WatchEnded(Ok{}, milliseconds(1));
  EXPECT_EQ(machine_.plan().delay, milliseconds(1000));
  machine_.WatchEnded(Ok{}, minutes(5));
  EXPECT_EQ(machine_.plan().delay, milliseconds(0));
}

TEST_F(WatchMachineTest, ListsThatOnlyLeadToGoneWaitLongerToo) {
  for (const int expected : {500, 1000, 2000}) {
    machine_.Listed("7");
    machine_.WatchEnded(Of(ErrorCode::kGone), milliseconds(1));
    EXPECT_EQ(machine_.plan().delay, milliseconds(expected));
  }
}

TEST_F(WatchMachineTest, ListThatFailedIsTriedAgainLater) {
  machine_.ListFailed(Of(ErrorCode::kForbidden));
  EXPECT_EQ(machine_.plan().what, Do::kList);
  EXPECT_EQ(machine_.plan().delay, milliseconds(500));
}

TEST_F(WatchMachineTest, ServerThatNamesATimeIsHeard) {
  Error error = Of(ErrorCode::kResourceExhausted);
  error.retry_after_seconds = 20;
  machine_.ListFailed(error);
  EXPECT_EQ(machine_.plan().delay, milliseconds(20000));
}

TEST(WatchMachine, ChanceSpreadsTheSecondHalfOfADelay) {
  WatchMachine machine({}, [] { return 0.5; });
  machine.ListFailed(Of(ErrorCode::kUnavailable));
  EXPECT_EQ(machine.plan().delay, milliseconds(750));
}

}  // namespace
}  // namespace prewarm::kube
