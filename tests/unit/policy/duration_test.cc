#include "warmup-controller/policy/duration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prewarm {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

milliseconds Parsed(const std::string& text) {
  const auto duration = ParseDuration(text);
  EXPECT_TRUE(duration.ok()) << text;
  return duration.ok() ? *duration : milliseconds(-1);
}

std::string DurationError(const std::string& text) {
  const auto duration = ParseDuration(text);
  EXPECT_FALSE(duration.ok()) << "was read: " << text;
  return duration.ok() ? "" : duration.error().message;
}

TEST(Duration, UnitsAreHoursMinutesSecondsAndMilliseconds) {
  EXPECT_EQ(Parsed("2h").count(), 7200000);
  EXPECT_EQ(Parsed("90m").count(), 5400000);
  EXPECT_EQ(Parsed("2s").count(), 2000);
  EXPECT_EQ(Parsed("500ms").count(), 500);
  EXPECT_EQ(Parsed("0s").count(), 0);
}

TEST(Duration, UnitsFollowFromGreatToSmall) {
  EXPECT_EQ(Parsed("1h30m").count(), 5400000);
  EXPECT_EQ(Parsed("1m500ms").count(), 60500);
  for (const char* text : {"30m1h", "1m1m", "1ms1s"}) {
    EXPECT_THAT(DurationError(text), HasSubstr("expected a duration")) << text;
  }
}

TEST(Duration, NumberWithoutUnitIsToldToHaveOne) {
  EXPECT_EQ(DurationError("90"),
            "got \"90\", expected a duration such as 90s, 15m, 1h30m or "
            "500ms; the number needs a unit");
  EXPECT_THAT(DurationError("1h30"), HasSubstr("needs a unit"));
}

TEST(Duration, AnythingElseIsRefused) {
  for (const char* text : {"", "s", "-1s", "+1s", "1.5h", "1 h", " 1h", "1h ",
                           "1d", "1H", "1e3s", "0x1s", "1234567890s"}) {
    EXPECT_THAT(DurationError(text), HasSubstr("expected a duration")) << text;
  }
}

TEST(Duration, IsFormattedAsItIsRead) {
  for (const char* text : {"1h30m", "2s", "500ms", "0s", "1m1s1ms", "168h"}) {
    EXPECT_EQ(FormatDuration(Parsed(text)), text);
  }
  EXPECT_EQ(FormatDuration(Parsed("90m")), "1h30m");
}

}  // namespace
}  // namespace prewarm
