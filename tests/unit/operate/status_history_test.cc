#include "warmup-controller/operate/status_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "warmup-controller/policy/dates.h"

namespace prewarm {
namespace {

Instant At(const std::string& text) { return ParseInstant(text).value(); }

const Instant kNow = At("2026-03-02T09:30:00Z");

PolicyHistory In(const std::string& status) {
  PolicyObject object;
  object.status = status;
  return HistoryIn(object, kNow);
}

TEST(StatusHistory, OpeningThatWasWarmIsNotJudgedAgain) {
  const auto opening =
      In(R"({"lastOpening": {"due": "2026-03-02T09:00:00Z", "asked": 2,
             "warmAt": "2026-03-02T08:59:00Z", "missed": false}})")
          .opening;
  ASSERT_TRUE(opening);
  EXPECT_TRUE(opening->judged);
  EXPECT_EQ(opening->warm_at, At("2026-03-02T08:59:00Z"));
}

TEST(StatusHistory, OpeningThatIsNotOverIsYetToBeJudged) {
  EXPECT_FALSE(In(R"({"lastOpening": {"due": "2026-03-02T09:00:00Z",
                      "asked": 2}})")
                   .opening->judged);
  EXPECT_FALSE(In(R"({"lastOpening": {"due": "2026-03-02T10:00:00Z",
                      "asked": 2, "warmAt": "2026-03-02T09:29:00Z"}})")
                   .opening->judged);
}

TEST(StatusHistory, HoursAreThoseOfTheirDay) {
  const auto hours = In(R"({"instanceHours": {"day": "2026-03-02",
                            "hours": 2.5, "intentHours": 0.5}})")
                         .hours;
  EXPECT_EQ(hours.day, CivilDay(2026, 3, 2));
  EXPECT_EQ(hours.hours, 2.5);
  EXPECT_EQ(hours.intent_hours, 0.5);
}

TEST(StatusHistory, StatusOfAnotherShapeSaysNothing) {
  for (const char* text :
       {"", "null", "[]", R"({"lastOpening": 3, "instanceHours": []})",
        R"({"lastOpening": {"due": "soon", "asked": 1}})",
        R"({"lastOpening": {"due": "2026-03-02T09:00:00Z", "asked": 0}})",
        R"({"instanceHours": {"day": "2026-03-02", "hours": -4}})"}) {
    const PolicyHistory history = In(text);
    EXPECT_FALSE(history.opening) << text;
    EXPECT_EQ(history.hours.hours, 0) << text;
  }
}

TEST(StatusHistory, NewerDayAndNewerOpeningCount) {
  PolicyHistory kept;
  kept.hours = {CivilDay(2026, 3, 2), 4, 1};
  kept.opening = Opening{kNow, 2, std::nullopt, false, true};
  PolicyHistory told = kept;
  told.hours = {CivilDay(2026, 3, 2), 5, 0};
  told.opening->judged = false;
  told.opening->warm_at = kNow;
  const PolicyHistory both = NewerOf(kept, told);
  EXPECT_EQ(both.hours.hours, 5);
  EXPECT_EQ(both.hours.intent_hours, 1);
  EXPECT_TRUE(both.opening->judged);
  EXPECT_TRUE(both.opening->warm_at.has_value());
  told.hours = {CivilDay(2026, 3, 3), 0.5, 0};
  told.opening->due = kNow + std::chrono::hours(24);
  EXPECT_EQ(NewerOf(kept, told).hours.hours, 0.5);
  EXPECT_EQ(NewerOf(told, kept).hours.hours, 0.5);
  EXPECT_FALSE(NewerOf(kept, told).opening->judged);
  EXPECT_FALSE(NewerOf(told, kept).opening->judged);
}

}  // namespace
}  // namespace prewarm
