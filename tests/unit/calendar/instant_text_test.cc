#include "warmup-controller/calendar/instant_text.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

constexpr Instant kAt{std::chrono::seconds(1774746001)};

TEST(InstantText, IsOfUtcInEachForm) {
  EXPECT_EQ(FormatInstant(kAt), "2026-03-29T01:00:01Z");
  EXPECT_EQ(DateAndTime(kAt), "2026-03-29 01:00:01");
  EXPECT_EQ(IcalStamp(kAt), "20260329T010001Z");
}

TEST(InstantText, HasAFormBeforeTheYear1970) {
  EXPECT_EQ(FormatInstant(Instant(std::chrono::seconds(-1))),
            "1969-12-31T23:59:59Z");
}

}  // namespace
}  // namespace prewarm
