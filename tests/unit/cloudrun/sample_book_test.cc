#include "warmup-controller/cloudrun/sample_book.h"

#include <gtest/gtest.h>

namespace prewarm::cloudrun {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const SteadyTime kStart = SteadyTime(std::chrono::hours(1));

class SampleBookTest : public testing::Test {
 protected:
  SampleBookTest() { book_.SetPlaces({"a", "b"}, now_); }
  void Pass(SteadyTime::duration time) { now_ += time; }

  SampleBook book_;
  SteadyTime now_ = kStart;
};

TEST_F(SampleBookTest, EachInstanceProvesOnePlace) {
  EXPECT_FALSE(book_.Await("a", now_));
  EXPECT_FALSE(book_.Await("b", now_));
  EXPECT_EQ(book_.Answered("x", now_), "a");
  EXPECT_FALSE(book_.Answered("x", now_).has_value());
  EXPECT_EQ(book_.seen(now_), 1U);
  EXPECT_EQ(book_.Answered("y", now_), "b");
  EXPECT_EQ(book_.seen(now_), 2U);
  EXPECT_EQ(book_.InstanceOf("a", now_), "x");
  EXPECT_EQ(book_.waiting(), 0U);
}

TEST_F(SampleBookTest, AThirdInstanceProvesNothingMore) {
  book_.Await("a", now_);
  book_.Await("b", now_);
  book_.Answered("x", now_);
  book_.Answered("y", now_);
  EXPECT_FALSE(book_.Answered("z", now_).has_value());
  EXPECT_EQ(book_.seen(now_), 2U);
}

TEST_F(SampleBookTest, WhoIsNotSeenForLongIsForgotten) {
  book_.Await("a", now_);
  book_.Answered("x", now_);
  Pass(SampleBook::kSeenFor);
  EXPECT_EQ(book_.InstanceOf("a", now_), "x");
  Pass(seconds(1));
  EXPECT_EQ(book_.InstanceOf("a", now_), "");
  EXPECT_EQ(book_.seen(now_), 0U);
  // Its place is another one's.
  book_.Await("a", now_);
  EXPECT_EQ(book_.Answered("z", now_), "a");
}

TEST_F(SampleBookTest, ProofAnewNeedsAnAnswerAnew) {
  book_.Await("a", now_);
  book_.Answered("x", now_);
  EXPECT_TRUE(book_.Await("a", now_ + SampleBook::kStillNew));
  Pass(minutes(10));
  EXPECT_FALSE(book_.Await("a", now_));
  // Another one stands for the free place, which does not wait.
  EXPECT_FALSE(book_.Answered("y", now_).has_value());
  EXPECT_EQ(book_.Answered("x", now_), "a");
}

TEST_F(SampleBookTest, FailureIsOfOneWhoWaits) {
  EXPECT_FALSE(book_.Failed().has_value());
  book_.Await("b", now_);
  EXPECT_EQ(book_.Failed(), "b");
  EXPECT_FALSE(book_.Failed().has_value());
}

TEST_F(SampleBookTest, NeverMoreCallsThanPlacesThatWait) {
  EXPECT_EQ(book_.CallsDue(0, now_), 0U);
  book_.Await("a", now_);
  EXPECT_EQ(book_.CallsDue(0, now_), 1U);
  EXPECT_EQ(book_.CallsDue(1, now_), 0U);
  book_.Await("b", now_);
  EXPECT_EQ(book_.CallsDue(1, now_), 1U);
  EXPECT_EQ(book_.CallsDue(5, now_), 0U);
}

TEST_F(SampleBookTest, PausesGrowWithTheTimeWithoutNews) {
  book_.Await("a", now_);
  book_.Await("b", now_);
  book_.Answered("x", now_);
  int calls = 0;
  const SteadyTime begin = now_;
  while (now_ < begin + minutes(10)) {
    now_ = std::max(now_ + milliseconds(1), book_.next_call());
    if (book_.CallsDue(0, now_) == 0) continue;
    ++calls;
    EXPECT_FALSE(book_.Answered("x", now_).has_value());
    book_.Told(now_);
  }
  EXPECT_GT(calls, 30);
  EXPECT_LT(calls, 70);
  // Something new, and it hurries again.
  book_.Await("b", now_);
  EXPECT_EQ(book_.CallsDue(0, now_), 1U);
  book_.Told(now_);
  EXPECT_EQ(book_.next_call() - now_, milliseconds(250));
}

TEST_F(SampleBookTest, PlacesThatStayKeepWhatIsKnown) {
  book_.Await("a", now_);
  book_.Await("b", now_);
  book_.Answered("x", now_);
  book_.SetPlaces({"a"}, now_);
  EXPECT_EQ(book_.InstanceOf("a", now_), "x");
  EXPECT_EQ(book_.waiting(), 0U);
  book_.SetPlaces({"a", "c"}, now_);
  EXPECT_EQ(book_.InstanceOf("c", now_), "");
  book_.SetPlaces({}, now_);
  EXPECT_EQ(book_.seen(now_), 0U);
}

}  // namespace
}  // namespace prewarm::cloudrun
