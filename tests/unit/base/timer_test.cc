#include "common/base/timer.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <vector>

namespace prewarm {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

SteadyTime In(milliseconds time) { return Clock::System().Now() + time; }

bool Comes(std::future<void> event) {
  return event.wait_for(seconds(20)) == std::future_status::ready;
}

TEST(Timer, RunsWhatIsDueInTheOrderOfTheTimes) {
  std::vector<int> order;
  std::promise<void> last;
  {
    Timer timer;
    const SteadyTime soon = In(milliseconds(5));
    timer.At(soon + milliseconds(2), [&] {
      order.push_back(2);
      last.set_value();
    });
    timer.At(soon, [&] { order.push_back(1); });
    timer.At(In(hours(-1)), [&] { order.push_back(0); });
    ASSERT_TRUE(Comes(last.get_future()));
  }
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
}

TEST(Timer, EarlierTimeOvertakesALaterOneAlreadyWaitedFor) {
  Timer timer;
  timer.At(In(hours(1)), [] {});
  std::promise<void> came;
  timer.At(In(milliseconds(1)), [&] { came.set_value(); });
  EXPECT_TRUE(Comes(came.get_future()));
}

TEST(Timer, CancelledFunctionNeverRuns) {
  std::promise<void> done;
  bool ran = false;
  Timer timer;
  const SteadyTime when = In(milliseconds(30));
  const Timer::Id id = timer.At(when, [&] { ran = true; });
  ASSERT_TRUE(timer.Cancel(id));
  EXPECT_FALSE(timer.Cancel(id));
  // Behind the cancelled one on the same thread.
  timer.At(when + milliseconds(1), [&] { done.set_value(); });
  ASSERT_TRUE(Comes(done.get_future()));
  EXPECT_FALSE(ran);
}

TEST(Timer, FunctionMaySetTheNextOne) {
  Timer timer;
  std::promise<void> second;
  timer.At(In(milliseconds(1)),
           [&] { timer.At(In(milliseconds(1)), [&] { second.set_value(); }); });
  EXPECT_TRUE(Comes(second.get_future()));
}

TEST(Timer, WhatIsNotDueIsDroppedAtTheEnd) {
  bool ran = false;
  {
    Timer timer;
    timer.At(In(hours(1)), [&] { ran = true; });
  }
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace prewarm
