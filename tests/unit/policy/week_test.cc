#include "warmup-controller/policy/week.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace prewarm {
namespace {

using testing::HasSubstr;

// "1" for each day from Sunday on.
std::string Days(const std::string& text) {
  const auto days = ParseDaysOfWeek(text);
  if (!days.ok()) return days.error().message;
  std::string shown;
  for (std::size_t day = 0; day < 7; ++day) shown += (*days)[day] ? '1' : '0';
  return shown;
}

TEST(TimeOfDay, GoesFromMidnightToMidnight) {
  EXPECT_EQ(*ParseTimeOfDay("00:00"), 0);
  EXPECT_EQ(*ParseTimeOfDay("09:05"), 545);
  EXPECT_EQ(*ParseTimeOfDay("23:59"), 1439);
  EXPECT_EQ(*ParseTimeOfDay("24:00"), 1440);
}

TEST(TimeOfDay, AnythingElseIsRefused) {
  for (const char* text :
       {"", "9:00", "24:01", "25:00", "09:60", "09.00", "09:00:00", "0900",
        " 9:00", "-1:00", "9:000", "ab:cd", "09:0x"}) {
    const auto time = ParseTimeOfDay(text);
    ASSERT_FALSE(time.ok()) << text;
    EXPECT_EQ(
        time.error().message,
        "got \"" + std::string(text) +
            "\", expected a time as \"09:00\", from \"00:00\" to \"24:00\"");
  }
}

TEST(DaysOfWeek, OneDayIsShortOrWholeInAnyCase) {
  EXPECT_EQ(Days("Sun"), "1000000");
  EXPECT_EQ(Days("sat"), "0000001");
  EXPECT_EQ(Days("WEDNESDAY"), "0001000");
}

TEST(DaysOfWeek, RangeHasBothEndsAndMayWrap) {
  EXPECT_EQ(Days("Mon-Fri"), "0111110");
  EXPECT_EQ(Days("Sat-Mon"), "1100001");
  EXPECT_EQ(Days("Tue-Tue"), "0010000");
  EXPECT_EQ(Days("Tue-Mon"), "1111111");
}

TEST(DaysOfWeek, CommaSeparates) {
  EXPECT_EQ(Days("Mon,Wed-Thu, Sat"), "0101101");
}

TEST(DaysOfWeek, WhatIsNoDayIsNamed) {
  EXPECT_EQ(Days("Mon,Xyz"),
            "got \"Mon,Xyz\", where \"Xyz\" is no day, expected days such as "
            "Mon, Sat or Mon-Fri");
  for (const char* text : {"", ",", "Mon,", "Mon-", "-Fri", "Mo", "Mond",
                           "Mon-Fri-Sat", "1-5", "Mon Fri", "*"}) {
    EXPECT_THAT(Days(text), HasSubstr("expected days such as")) << text;
  }
}

}  // namespace
}  // namespace prewarm
