// Berlin: 2026-03-29 01:00Z 02:00 -> 03:00, 2026-10-25 01:00Z 03:00 -> 02:00.
#include "tests/unit/schedule/plan.h"

namespace prewarm {
namespace {

constexpr DstRules kSkip{DstGap::kSkip, DstOverlap::kOnce};
constexpr DstRules kTwice{DstGap::kShift, DstOverlap::kTwice};
constexpr int kOneThirty = 90;
constexpr int kTwo = 120;
constexpr int kTwoFifteen = 135;
constexpr int kTwoThirty = 150;
constexpr int kTwoFortyFive = 165;
constexpr int kThree = 180;
constexpr int kFour = 240;

Policy Berlin(Window window, DstRules dst = {}) {
  return PolicyOf("Europe/Berlin", {std::move(window)}, dst);
}

// The nights of the changes, from the evening before to noon.
std::string Spring(const Policy& policy) {
  return Plan(policy, Utc(2026, 3, 28, 18), Utc(2026, 3, 29, 12));
}
std::string Autumn(const Policy& policy) {
  return Plan(policy, Utc(2026, 10, 24, 18), Utc(2026, 10, 25, 12));
}

Window Nightly(int from, int until) { return Daily("1111111", from, until); }

TEST(Dst, LocalHoursKeepTheirWallTimeOnBothSidesOfAChange) {
  const Policy policy = Berlin(Nightly(540, 1080));
  EXPECT_EQ(Plan(policy, Utc(2026, 3, 28), Utc(2026, 3, 30)),
            "03-28 00:00 0\n03-28 08:00 1\n03-28 17:00 0\n"
            "03-29 07:00 1\n03-29 16:00 0\n");
  EXPECT_EQ(Plan(policy, Utc(2026, 10, 24), Utc(2026, 10, 26)),
            "10-24 00:00 0\n10-24 07:00 1\n10-24 16:00 0\n"
            "10-25 08:00 1\n10-25 17:00 0\n");
}

TEST(Dst, WindowEndingInDstGapStillOpens) {
  EXPECT_EQ(Spring(Berlin(Nightly(kOneThirty, kTwoThirty))),
            "03-28 18:00 0\n03-29 00:30 1\n03-29 01:00 0\n");
}

TEST(Dst, WindowStartingInDstGapOpensAtTheFirstInstantAfterIt) {
  EXPECT_EQ(Spring(Berlin(Nightly(kTwoThirty, kFour))),
            "03-28 18:00 0\n03-29 01:00 1\n03-29 02:00 0\n");
}

TEST(Dst, WindowWithinDstGapDoesNotOpen) {
  const std::string closed = "03-28 18:00 0\n";
  EXPECT_EQ(Spring(Berlin(Nightly(kTwoFifteen, kTwoFortyFive))), closed);
  EXPECT_EQ(Spring(Berlin(Nightly(kTwo, kThree))), closed);
  EXPECT_EQ(Spring(Berlin(Pair("15 2 * * *", "45 2 * * *"))), closed);
}

TEST(Dst, WindowAcrossDstGapLastsAnHourLess) {
  EXPECT_EQ(Spring(Berlin(Nightly(kOneThirty, kFour))),
            "03-28 18:00 0\n03-29 00:30 1\n03-29 02:00 0\n");
}

TEST(Dst, SkipDropsThatDaysWindowAndNoOther) {
  for (const Window& window :
       {Nightly(kTwoThirty, kFour), Nightly(kOneThirty, kTwoThirty),
        Pair("30 2 * * *", "0 4 * * *"), Pair("30 1 * * *", "30 2 * * *"),
        Elapsing("30 2 * * *", 90)}) {
    const Policy policy = Berlin(window, kSkip);
    EXPECT_EQ(Spring(policy), "03-28 18:00 0\n");
    EXPECT_NE(Plan(policy, Utc(2026, 3, 29, 18), Utc(2026, 3, 30, 12)),
              "03-29 18:00 0\n");
  }
}

TEST(Dst, SkipKeepsAWindowThatEndsWhereTheGapBeginsOrEnds) {
  EXPECT_EQ(Spring(Berlin(Nightly(kOneThirty, kTwo), kSkip)),
            "03-28 18:00 0\n03-29 00:30 1\n03-29 01:00 0\n");
  EXPECT_EQ(Spring(Berlin(Nightly(kOneThirty, kThree), kSkip)),
            "03-28 18:00 0\n03-29 00:30 1\n03-29 01:00 0\n");
  EXPECT_EQ(Spring(Berlin(Nightly(kThree, kFour), kSkip)),
            "03-28 18:00 0\n03-29 01:00 1\n03-29 02:00 0\n");
}

TEST(Dst, OnceMeansTheFirstPassForStartAndEnd) {
  EXPECT_EQ(Autumn(Berlin(Nightly(kTwoFifteen, kTwoFortyFive))),
            "10-24 18:00 0\n10-25 00:15 1\n10-25 00:45 0\n");
  EXPECT_EQ(Autumn(Berlin(Nightly(kOneThirty, kTwoThirty))),
            "10-24 18:00 0\n10-24 23:30 1\n10-25 00:30 0\n");
  EXPECT_EQ(Autumn(Berlin(Nightly(kTwoThirty, kFour))),
            "10-24 18:00 0\n10-25 00:30 1\n10-25 03:00 0\n");
  EXPECT_EQ(Autumn(Berlin(Nightly(kTwo, kThree))),
            "10-24 18:00 0\n10-25 00:00 1\n10-25 02:00 0\n");
}

// keda#4677.
TEST(Dst, PairDoesNotOpenTwiceWhereAnHourIsRepeated) {
  EXPECT_EQ(Autumn(Berlin(Pair("15 2 * * *", "45 2 * * *"))),
            "10-24 18:00 0\n10-25 00:15 1\n10-25 00:45 0\n");
}

// keda#4677: the last day of the window was the day before.
TEST(Dst, PairAcrossAChangeEndsOnItsOwnDay) {
  const Policy policy = Berlin(Pair("0 8 * * FRI", "0 18 * * MON"));
  EXPECT_EQ(Plan(policy, Utc(2026, 3, 25), Utc(2026, 4, 1)),
            "03-25 00:00 0\n03-27 07:00 1\n03-30 16:00 0\n");
  EXPECT_EQ(Plan(policy, Utc(2026, 10, 21), Utc(2026, 10, 28)),
            "10-21 00:00 0\n10-23 06:00 1\n10-26 17:00 0\n");
}

// "Active iff the next end is before the next start" stays open for a day here,
// since both next ones are tomorrow's.
TEST(Dst, PairInAGapDoesNotStayOpenForADay) {
  for (const auto& pair :
       {Pair("15 2 * * *", "45 2 * * *"), Pair("10 2 * * *", "0 3 * * *")}) {
    for (const DstRules& dst : {DstRules{}, kSkip, kTwice}) {
      const Schedule schedule(Berlin(pair, dst));
      EXPECT_EQ(schedule.At(Utc(2026, 3, 29, 12)).floor, 0);
      EXPECT_TRUE(schedule.At(Utc(2026, 3, 29, 3)).active.empty());
    }
  }
}

TEST(Dst, TwiceOpensInBothPasses) {
  EXPECT_EQ(Autumn(Berlin(Nightly(kTwoFifteen, kTwoFortyFive), kTwice)),
            "10-24 18:00 0\n10-25 00:15 1\n10-25 00:45 0\n"
            "10-25 01:15 1\n10-25 01:45 0\n");
  EXPECT_EQ(Autumn(Berlin(Pair("15 2 * * *", "45 2 * * *"), kTwice)),
            Autumn(Berlin(Nightly(kTwoFifteen, kTwoFortyFive), kTwice)));
}

TEST(Dst, TwiceOpensWheneverTheWallShowsATimeOfTheWindow) {
  EXPECT_EQ(Autumn(Berlin(Nightly(kOneThirty, kTwoThirty), kTwice)),
            "10-24 18:00 0\n10-24 23:30 1\n10-25 00:30 0\n"
            "10-25 01:00 1\n10-25 01:30 0\n");
  EXPECT_EQ(Autumn(Berlin(Nightly(kTwoThirty, kFour), kTwice)),
            "10-24 18:00 0\n10-25 00:30 1\n10-25 01:00 0\n"
            "10-25 01:30 1\n10-25 03:00 0\n");
  EXPECT_EQ(Autumn(Berlin(Nightly(kTwo, kThree), kTwice)),
            "10-24 18:00 0\n10-25 00:00 1\n10-25 02:00 0\n");
}

TEST(Dst, DurationAfterACronElapses) {
  EXPECT_EQ(Spring(Berlin(Elapsing("30 1 * * *", 90))),
            "03-28 18:00 0\n03-29 00:30 1\n03-29 02:00 0\n");
  EXPECT_EQ(Autumn(Berlin(Elapsing("30 1 * * *", 120))),
            "10-24 18:00 0\n10-24 23:30 1\n10-25 01:30 0\n");
}

TEST(Dst, CronInAGapStartsAfterItForItsWholeDuration) {
  EXPECT_EQ(Spring(Berlin(Elapsing("30 2 * * *", 90))),
            "03-28 18:00 0\n03-29 01:00 1\n03-29 02:30 0\n");
}

TEST(Dst, RepeatedCronStartsOnceOrInBothPasses) {
  EXPECT_EQ(Autumn(Berlin(Elapsing("30 2 * * *", 20))),
            "10-24 18:00 0\n10-25 00:30 1\n10-25 00:50 0\n");
  EXPECT_EQ(Autumn(Berlin(Elapsing("30 2 * * *", 20), kTwice)),
            "10-24 18:00 0\n10-25 00:30 1\n10-25 00:50 0\n"
            "10-25 01:30 1\n10-25 01:50 0\n");
}

TEST(Dst, BothPassesOfALongDurationAreOneOccurrence) {
  EXPECT_EQ(Autumn(Berlin(Elapsing("30 2 * * *", 60), kTwice)),
            "10-24 18:00 0\n10-25 00:30 1\n10-25 02:30 0\n");
}

TEST(Dst, HalfHourGapAndGapAtMidnight) {
  // Lord Howe: 02:00 -> 02:30 on 2026-10-04, at 15:30Z the day before.
  EXPECT_EQ(Plan(PolicyOf("Australia/Lord_Howe", {Nightly(135, 180)}),
                 Utc(2026, 10, 3, 12), Utc(2026, 10, 3, 20)),
            "10-03 12:00 0\n10-03 15:30 1\n10-03 16:00 0\n");
  // Havana: 00:00 -> 01:00 on 2026-03-08, at 05:00Z.
  EXPECT_EQ(Plan(PolicyOf("America/Havana", {Daily("1000000", 0, 120)}),
                 Utc(2026, 3, 8), Utc(2026, 3, 9)),
            "03-08 00:00 0\n03-08 05:00 1\n03-08 06:00 0\n");
}

TEST(Dst, DayThatDoesNotExistHasNoWindow) {
  // Samoa went from 29 to 31 December 2011.
  EXPECT_EQ(Plan(PolicyOf("Pacific/Apia", {Nightly(540, 1080)}),
                 Utc(2011, 12, 29, 12), Utc(2011, 12, 31)),
            "12-29 12:00 0\n12-29 19:00 1\n12-30 04:00 0\n12-30 19:00 1\n");
}

TEST(Dst, OpenAndCloseOfWhatSpansAChangeAreTheOccurrences) {
  const Schedule schedule(Berlin(Daily("0000001", 1200, 360)));
  const ScheduleState state = schedule.At(Utc(2026, 3, 29, 2, 30));
  ASSERT_EQ(state.active.size(), 1U);
  EXPECT_EQ(state.active[0].opens, Utc(2026, 3, 28, 19));
  EXPECT_EQ(state.active[0].closes, Utc(2026, 3, 29, 4));
}

}  // namespace
}  // namespace prewarm
