#include "common/base/stop_signal.h"

#include <gtest/gtest.h>

#include <thread>

namespace prewarm {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(StopSignal, WakesWhoWaits) {
  StopSignal signal;
  EXPECT_FALSE(signal.WaitFor(milliseconds(1)));
  std::thread waiter([&signal] { EXPECT_TRUE(signal.WaitFor(hours(1))); });
  signal.Stop();
  waiter.join();
  EXPECT_TRUE(signal.stopped());
}

TEST(StopSignal, TellsEachListenerOnceAndTheLateAtOnce) {
  StopSignal signal;
  int told = 0;
  signal.OnStop([&told] { ++told; });
  signal.Stop();
  signal.Stop();
  EXPECT_EQ(told, 1);
  signal.OnStop([&told] { ++told; });
  EXPECT_EQ(told, 2);
}

TEST(StopSignal, ListenerThatIsForgottenIsNotTold) {
  StopSignal signal;
  int told = 0;
  signal.Forget(signal.OnStop([&told] { ++told; }));
  signal.Stop();
  EXPECT_EQ(told, 0);
}

}  // namespace
}  // namespace prewarm
