#include "warmup-controller/kube/work_queue.h"

#include <gtest/gtest.h>

#include "tests/unit/kube/hand_clock.h"

namespace prewarm::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class WorkQueueTest : public testing::Test {
 protected:
  void Add(const std::string& key, milliseconds delay = {}) {
    queue_.Add(key, clock_.Now() + delay);
  }
  std::string Take() { return queue_.Take(clock_.Now()).value_or("(none)"); }
  milliseconds Wait() {
    return std::chrono::duration_cast<milliseconds>(*queue_.NextAt() -
                                                    clock_.Now());
  }

  HandClock clock_;
  WorkQueue queue_{{milliseconds(1000), milliseconds(8000)},
                   [] { return 0.0; }};
};

TEST_F(WorkQueueTest, KeysComeOnceInTheOrderOfAdding) {
  Add("b");
  Add("a");
  Add("b");
  EXPECT_EQ(queue_.size(), 2U);
  EXPECT_EQ(Take(), "b");
  EXPECT_EQ(Take(), "a");
  EXPECT_EQ(Take(), "(none)");
  EXPECT_FALSE(queue_.NextAt());
}

TEST_F(WorkQueueTest, DelayedKeyWaitsForItsTime) {
  Add("a", seconds(5));
  EXPECT_EQ(Take(), "(none)");
  EXPECT_EQ(Wait(), seconds(5));
  clock_.Pass(seconds(5));
  EXPECT_EQ(Take(), "a");
}

TEST_F(WorkQueueTest, EarliestTimeCounts) {
  Add("a", seconds(5));
  Add("a", seconds(2));
  Add("a", seconds(9));
  EXPECT_EQ(Wait(), seconds(2));
  EXPECT_EQ(queue_.size(), 1U);
  Add("a");
  EXPECT_EQ(Take(), "a");
  EXPECT_EQ(queue_.size(), 0U);
}

TEST_F(WorkQueueTest, KeyInWorkIsNotHandedOutAgainBeforeItIsDone) {
  Add("a");
  EXPECT_EQ(Take(), "a");
  Add("a", seconds(3));
  Add("a");
  EXPECT_EQ(Take(), "(none)");
  queue_.Done("a");
  EXPECT_EQ(Take(), "a");
  queue_.Done("a");
  EXPECT_EQ(Take(), "(none)");
}

TEST_F(WorkQueueTest, DoneOfAKeyThatIsNotInWorkIsNothing) {
  Add("a");
  queue_.Done("a");
  EXPECT_EQ(Take(), "a");
}

TEST_F(WorkQueueTest, EachFailureWaitsTwiceAsLongUpToALimitUntilForgotten) {
  for (const int expected : {500, 1000, 2000, 4000, 4000}) {
    queue_.Retry("a", clock_.Now());
    EXPECT_EQ(Wait(), milliseconds(expected));
    clock_.Pass(milliseconds(expected));
    EXPECT_EQ(Take(), "a");
    queue_.Done("a");
  }
  EXPECT_EQ(queue_.failures("a"), 5);
  queue_.Forget("a");
  EXPECT_EQ(queue_.failures("a"), 0);
  queue_.Retry("a", clock_.Now());
  EXPECT_EQ(Wait(), milliseconds(500));
}

TEST_F(WorkQueueTest, FailuresOfOneKeyDoNotDelayAnother) {
  for (int i = 0; i < 5; ++i) queue_.Retry("a", clock_.Now());
  queue_.Retry("b", clock_.Now());
  EXPECT_EQ(Wait(), milliseconds(500));
}

TEST_F(WorkQueueTest, ThousandsOfFailuresDoNotOverflow) {
  Add("a");
  Take();
  for (int i = 0; i < 5000; ++i) queue_.Retry("a", clock_.Now());
  queue_.Done("a");
  EXPECT_EQ(Wait(), milliseconds(500));  // the earliest counts
  queue_.Take(clock_.Now() + seconds(1));
  queue_.Done("a");
  queue_.Retry("a", clock_.Now());
  EXPECT_EQ(Wait(), milliseconds(4000));
}

TEST(WorkQueue, ChanceSpreadsTheSecondHalfOfADelay) {
  WorkQueue queue({seconds(1), seconds(8)}, [] { return 0.5; });
  queue.Retry("a", SteadyTime());
  EXPECT_EQ(*queue.NextAt(), SteadyTime() + milliseconds(750));
}

}  // namespace
}  // namespace prewarm::kube
