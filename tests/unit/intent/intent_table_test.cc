#include "warmup-controller/intent/intent_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace prewarm {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

const SteadyTime kStart = SteadyTime() + std::chrono::hours(1);

class IntentTableTest : public testing::Test {
 protected:
  IntentTableTest() { Listen(std::nullopt); }

  void Listen(std::optional<seconds> ttl, int rate = 6000) {
    table_.Listen({{"shop/a", {ttl, rate}}, {"shop/b", {ttl, rate}}});
  }
  Status Post(const std::string& visitor, VisitorState state,
              const std::string& client = "10.0.0.1",
              const std::string& target = "shop/a") {
    const auto grant = table_.Post(
        {target, "visitor-" + visitor, state, client}, kStart + now_);
    if (!grant.ok()) return grant.error();
    return Ok{};
  }
  void Opens(const std::string& visitor) {
    const Status done = Post(visitor, VisitorState::kOpen, "of-" + visitor);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }
  IntentTally Tally(const std::string& target = "shop/a") {
    return table_.Tally(target, kStart + now_);
  }

  IntentTable table_;
  SteadyTime::duration now_{0};
};

TEST_F(IntentTableTest, VisitorCountsAsLongAsHerPageSaysSo) {
  Opens("1");
  for (int i = 0; i < 10; ++i) {
    now_ += seconds(10);
    Opens("1");
    EXPECT_EQ(Tally().visitors, 1);
  }
  EXPECT_EQ(Tally().until, kStart + now_ + seconds(30));
  now_ += seconds(29);
  EXPECT_EQ(Tally().visitors, 1);
  now_ += seconds(1);
  EXPECT_EQ(Tally().visitors, 0);
  EXPECT_EQ(Tally().until, std::nullopt);
  EXPECT_EQ(Tally().wasted, 1U);
  EXPECT_EQ(Tally().opened, 1U);
}

TEST_F(IntentTableTest, OneWhoLeavesCountsSomeSecondsAndNoMore) {
  Opens("1");
  Opens("2");
  EXPECT_EQ(Tally().visitors, 2);
  ASSERT_TRUE(Post("1", VisitorState::kLeft).ok());
  EXPECT_EQ(Tally().until, kStart + seconds(3));
  now_ += seconds(2);
  EXPECT_EQ(Tally().visitors, 2);
  // Said again it lasts no longer.
  ASSERT_TRUE(Post("1", VisitorState::kLeft).ok());
  now_ += seconds(1);
  EXPECT_EQ(Tally().visitors, 1);
  EXPECT_EQ(Tally().wasted, 1U);
  // Who was never there can leave, too.
  EXPECT_TRUE(Post("unknown", VisitorState::kLeft).ok());
}

TEST_F(IntentTableTest, HeartbeatsCountNoLongerThanTheTimeToLive) {
  Listen(seconds(60));
  Opens("1");
  for (int i = 0; i < 12; ++i) {
    now_ += seconds(10);
    Opens("1");
  }
  EXPECT_EQ(Tally().visitors, 0);
  EXPECT_EQ(Tally().wasted, 1U);
}

TEST_F(IntentTableTest, UploadIsAConversionAndItsThinkTimeIsLearned) {
  Opens("1");
  now_ += seconds(20);
  Opens("2");
  now_ += seconds(5);
  ASSERT_TRUE(Post("1", VisitorState::kUploading).ok());
  EXPECT_EQ(Tally().converted, 1U);
  EXPECT_EQ(Tally().think_median, seconds(25));
  EXPECT_GT(Tally().conversion, 0.3);
  // Said twice it is one, and counts no longer.
  now_ += seconds(9);
  ASSERT_TRUE(Post("1", VisitorState::kUploading).ok());
  EXPECT_EQ(Tally().converted, 1U);
  EXPECT_EQ(Tally().visitors, 2);
  now_ += seconds(1);
  EXPECT_EQ(Tally().visitors, 1);
  EXPECT_EQ(Tally().wasted, 0U);
}

TEST_F(IntentTableTest, SlowThinkerTeachesThoughHerTimeWasOver) {
  Listen(seconds(30));
  Opens("1");
  now_ += seconds(25);
  Opens("1");
  now_ += seconds(50);
  Opens("1");
  EXPECT_EQ(Tally().visitors, 0);
  ASSERT_TRUE(Post("1", VisitorState::kUploading, "of-1").ok());
  EXPECT_EQ(Tally().think_median, seconds(75));
  EXPECT_EQ(Tally().visitors, 1);
  EXPECT_EQ(Tally().opened, 1U);
  // One of one has uploaded.
  EXPECT_GT(Tally().conversion, 0.3);
}

TEST_F(IntentTableTest, AnotherPhotoOfTheVisitIsNoOtherConversion) {
  Opens("1");
  now_ += seconds(5);
  ASSERT_TRUE(Post("1", VisitorState::kUploading, "of-1").ok());
  now_ += seconds(30);
  EXPECT_EQ(Tally().visitors, 0);
  ASSERT_TRUE(Post("1", VisitorState::kUploading, "of-1").ok());
  EXPECT_EQ(Tally().visitors, 1);
  EXPECT_EQ(Tally().converted, 1U);
  EXPECT_EQ(Tally().opened, 1U);
}

TEST_F(IntentTableTest, UploadWithoutAnOpenPageTeachesNothing) {
  const double before = Tally().conversion;
  ASSERT_TRUE(Post("1", VisitorState::kUploading).ok());
  EXPECT_EQ(Tally().visitors, 1);
  EXPECT_EQ(Tally().conversion, before);
  EXPECT_EQ(Tally().think_mean, seconds(0));
}

TEST_F(IntentTableTest, PostsThatAreRefusedCostTheirClientAsWell) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(Post("1", VisitorState::kOpen, "one", "shop/none").error().code,
              ErrorCode::kNotFound);
  }
  EXPECT_EQ(Post("1", VisitorState::kOpen, "one", "shop/none").error().code,
            ErrorCode::kResourceExhausted);
}

TEST_F(IntentTableTest, LostHeartbeatsDoNotLoseTheVisit) {
  Opens("1");
  now_ += seconds(45);
  EXPECT_EQ(Tally().visitors, 0);
  ASSERT_TRUE(Post("1", VisitorState::kUploading, "of-1").ok());
  EXPECT_EQ(Tally().think_median, seconds(45));
  EXPECT_EQ(Tally().opened, 1U);
}

TEST_F(IntentTableTest, PageThatIsLoadedAnewIsTheSameVisit) {
  Opens("1");
  ASSERT_TRUE(Post("1", VisitorState::kLeft).ok());
  now_ += seconds(1);
  Opens("1");
  now_ += seconds(20);
  EXPECT_EQ(Tally().visitors, 1);
  EXPECT_EQ(Tally().opened, 1U);
  EXPECT_EQ(Tally().wasted, 0U);
}

TEST_F(IntentTableTest, UploadOfAPageThatLeavesIsOne) {
  Opens("1");
  now_ += seconds(10);
  ASSERT_TRUE(Post("1", VisitorState::kLeft).ok());
  ASSERT_TRUE(Post("1", VisitorState::kUploading).ok());
  now_ += seconds(60);
  EXPECT_EQ(Tally().converted, 1U);
  EXPECT_EQ(Tally().wasted, 0U);
}

TEST_F(IntentTableTest, LateUploadsAreWithinTheShareOfTheirClient) {
  Listen(seconds(20));
  ASSERT_TRUE(Post("late", VisitorState::kOpen, "one").ok());
  now_ += seconds(20);
  EXPECT_EQ(Tally().visitors, 0);
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(Post(std::to_string(i), VisitorState::kOpen, "one").ok());
  }
  const Status late = Post("late", VisitorState::kUploading, "one");
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(Tally().visitors, 5);
}

TEST_F(IntentTableTest, OneWhoComesBackLaterIsAnotherVisit) {
  Opens("1");
  ASSERT_TRUE(Post("1", VisitorState::kLeft).ok());
  now_ += seconds(3);
  Opens("1");
  EXPECT_EQ(Tally().visitors, 1);
  EXPECT_EQ(Tally().opened, 2U);
}

TEST_F(IntentTableTest, LearnedTimeToLiveFollowsThinkTimes) {
  for (int i = 0; i < 30; ++i) {
    const std::string visitor = std::to_string(i);
    Opens(visitor);
    now_ += seconds(20);
    ASSERT_TRUE(Post(visitor, VisitorState::kUploading, "of-" + visitor).ok());
    now_ += minutes(1);
  }
  EXPECT_EQ(Tally().think_median, seconds(20));
  EXPECT_EQ(Tally().ttl, seconds(30));
}

TEST_F(IntentTableTest, TargetsAreApart) {
  Opens("1");
  EXPECT_EQ(Tally("shop/b").visitors, 0);
  const Status unknown =
      Post("1", VisitorState::kOpen, "10.0.0.1", "shop/none");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
}

TEST_F(IntentTableTest, VisitorThatIsNoneIsRefusedByField) {
  for (const std::string bad :
       {"short", "with space", "../../etc", "ümlaut-xx"}) {
    const auto grant =
        table_.Post({"shop/a", bad, VisitorState::kOpen, "c"}, kStart);
    ASSERT_FALSE(grant.ok()) << bad;
    EXPECT_EQ(grant.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(grant.error().field, "visitor");
  }
  EXPECT_FALSE(
      table_
          .Post({"shop/a", std::string(65, 'a'), VisitorState::kOpen, "c"},
                kStart)
          .ok());
}

TEST_F(IntentTableTest, OneClientHasFewOpenPages) {
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(Post(std::to_string(i), VisitorState::kOpen, "one").ok());
  }
  const Status more = Post("6", VisitorState::kOpen, "one");
  ASSERT_FALSE(more.ok());
  EXPECT_EQ(more.error().code, ErrorCode::kResourceExhausted);
  EXPECT_TRUE(more.error().retry_after_seconds.has_value());
  EXPECT_EQ(Tally().visitors, 5);
  EXPECT_EQ(Tally().refused, 1U);
  ASSERT_TRUE(Post("1", VisitorState::kLeft, "one").ok());
  now_ += seconds(3);
  EXPECT_TRUE(Post("6", VisitorState::kOpen, "one").ok());
}

TEST_F(IntentTableTest, OneClientSaysNoMoreThanItsBucketHolds) {
  int taken = 0;
  for (int i = 0; i < 100; ++i) {
    taken += Post("1", VisitorState::kOpen, "one").ok() ? 1 : 0;
  }
  EXPECT_EQ(taken, 20);
  now_ += seconds(5);
  EXPECT_TRUE(Post("1", VisitorState::kOpen, "one").ok());
}

TEST_F(IntentTableTest, NewVisitorsOfAllClientsAreLimitedHeartbeatsAreNot) {
  Listen(std::nullopt, 60);
  int taken = 0;
  for (int i = 0; i < 100; ++i) {
    taken +=
        Post(std::to_string(i), VisitorState::kOpen, "of" + std::to_string(i))
                .ok()
            ? 1
            : 0;
  }
  EXPECT_EQ(taken, 10);
  EXPECT_THAT(Post("more", VisitorState::kOpen, "m").error().message,
              HasSubstr("spec.intent.ratePerMinute, 60"));
  EXPECT_TRUE(Post("1", VisitorState::kOpen, "of1").ok());
  now_ += seconds(1);
  EXPECT_TRUE(Post("new", VisitorState::kOpen, "other").ok());
}

TEST_F(IntentTableTest, TargetThatIsNotListenedToIsForgotten) {
  Opens("1");
  table_.Listen({{"shop/b", {}}});
  EXPECT_FALSE(Post("1", VisitorState::kOpen).ok());
  EXPECT_EQ(Tally().visitors, 0);
  Listen(std::nullopt);
  EXPECT_EQ(Tally().visitors, 0);
  EXPECT_EQ(Tally().opened, 0U);
}

TEST_F(IntentTableTest, RulesMayChangeWhileVisitorsAreThere) {
  Opens("1");
  Listen(seconds(20), 60);
  EXPECT_EQ(Tally().visitors, 1);
  EXPECT_EQ(Tally().until, kStart + seconds(20));
  now_ += seconds(20);
  EXPECT_EQ(Tally().visitors, 0);
}

TEST_F(IntentTableTest, ChangesAreToldAndHeartbeatsAreNone) {
  std::vector<std::string> told;
  table_.OnChange([&](const std::string& target) { told.push_back(target); });
  Opens("1");
  Opens("1");
  EXPECT_THAT(told, ElementsAre("shop/a"));
  ASSERT_TRUE(Post("1", VisitorState::kLeft).ok());
  EXPECT_EQ(told.size(), 2U);
}

TEST_F(IntentTableTest, MillionsOfStrangersCostBoundedMemory) {
  IntentLimits limits;
  limits.visitors = 1000;
  IntentTable table(limits);
  table.Listen({{"shop/a", {std::nullopt, 6000}}});
  int counted = 0;
  for (int i = 0; i < 300'000; ++i) {
    const std::string number = std::to_string(i);
    const auto grant = table.Post(
        {"shop/a", "stranger-" + number, VisitorState::kOpen, "c" + number},
        kStart + std::chrono::milliseconds(i));
    counted += grant.ok() ? 1 : 0;
    if (i % 50'000 == 0) {
      const auto tally =
          table.Tally("shop/a", kStart + std::chrono::milliseconds(i));
      EXPECT_LE(tally.visitors, 1000);
    }
  }
  // No more than a minute's visitors in a minute, plus the burst.
  EXPECT_LE(counted, 5 * 6000 + 1000);
  const auto tally = table.Tally("shop/a", kStart + minutes(5));
  EXPECT_GT(tally.refused, 250'000U);
}

TEST_F(IntentTableTest, FullTableRefusesInsteadOfForgettingWhoCounts) {
  IntentLimits limits;
  limits.visitors = 2;
  IntentTable table(limits);
  table.Listen({{"shop/a", {std::nullopt, 6000}}});
  const auto post = [&](const std::string& visitor, VisitorState state) {
    return table.Post({"shop/a", visitor, state, visitor}, kStart + now_);
  };
  EXPECT_TRUE(post("visitor-1", VisitorState::kOpen).ok());
  EXPECT_TRUE(post("visitor-2", VisitorState::kOpen).ok());
  const auto third = post("visitor-3", VisitorState::kOpen);
  ASSERT_FALSE(third.ok());
  EXPECT_THAT(third.error().message, HasSubstr("too many visitors"));
  EXPECT_TRUE(post("visitor-1", VisitorState::kLeft).ok());
  now_ += seconds(3);
  EXPECT_TRUE(post("visitor-3", VisitorState::kOpen).ok());
}

TEST_F(IntentTableTest, ManyThreadsMayPost) {
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 200; ++i) {
        const std::string visitor = std::to_string(t) + "-" + std::to_string(i);
        (void)Post(visitor, VisitorState::kOpen, "c" + visitor);
        (void)Tally();
        (void)Post(visitor, VisitorState::kLeft, "c" + visitor);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  now_ += seconds(3);
  EXPECT_EQ(Tally().visitors, 0);
}

}  // namespace
}  // namespace prewarm
