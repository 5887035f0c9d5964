#include "warmup-controller/plan/plan_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/unit/schedule/plan.h"
#include "warmup-controller/calendar/ical.h"
#include "warmup-controller/plan/reason.h"

namespace prewarm {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

Transition Opening() {
  Transition opening;
  opening.at = Utc(2026, 3, 29, 1);
  opening.until = Utc(2026, 3, 29, 10, 30);
  opening.policy = "shop/hours";
  opening.replicas = 3;
  opening.windows = {"weekdays"};
  opening.reason = "weekdays opens; more, or less";
  return opening;
}

json Json(const std::vector<Transition>& transitions) {
  std::ostringstream out;
  WritePlanJson({}, transitions, out);
  return json::parse(out.str());
}

TEST(PlanJson, HasAllOfATransition) {
  const json plan = Json({Opening()});
  EXPECT_EQ(plan, json::parse(R"({"transitions": [{
      "at": "2026-03-29T01:00:00Z", "policy": "shop/hours", "replicas": 3,
      "previous": 0, "windows": ["weekdays"], "kind": "open",
      "reason": "weekdays opens; more, or less"}], "initial": []})"));
}

TEST(PlanJson, EscapesWhatJsonDoesNotTake) {
  Transition opening = Opening();
  opening.windows = {"a\"b\\c\n\xc3\xa9"};
  const json plan = Json({opening, Opening()});
  EXPECT_EQ(plan["transitions"][0]["windows"][0], opening.windows[0]);
  EXPECT_EQ(plan["transitions"].size(), 2U);
}

TEST(PlanJson, OfNothingIsAnEmptyList) {
  EXPECT_EQ(Json({}), json::parse(R"({"transitions": [], "initial": []})"));
}

TEST(PlanIcal, IsAnEventForTheTimeInWhichInstancesAreWarm) {
  const std::string text = PlanIcal({Opening()}, Utc(2026, 1, 1));
  EXPECT_THAT(text, HasSubstr("DTSTART:20260329T010000Z\r\n"
                              "DTEND:20260329T103000Z\r\n"
                              "SUMMARY:3 warm: shop/hours (weekdays)\r\n"));
  EXPECT_THAT(text, HasSubstr("DTSTAMP:20260101T000000Z\r\n"));
  EXPECT_THAT(text, HasSubstr("weekdays opens\\; more\\, or less\r\n"));
  const auto days = ReadHolidays(text, Zone::Utc(), CivilDay(2026, 1, 1),
                                 CivilDay(2027, 1, 1));
  ASSERT_TRUE(days.ok()) << days.error().message;
  ASSERT_EQ(days->size(), 1U);
  EXPECT_EQ(days->front().first, CivilDay(2026, 3, 29));
}

TEST(PlanIcal, TimesWithoutInstancesAreNoEvents) {
  Transition close = Opening();
  close.kind = Transition::Kind::kClose;
  close.replicas = 0;
  EXPECT_THAT(PlanIcal({close}, close.at), Not(HasSubstr("VEVENT")));
}

TEST(PlanIcal, LongLinesAreFoldedBetweenCharacters) {
  Transition opening = Opening();
  opening.reason.clear();
  for (int i = 0; i < 60; ++i) opening.reason += "\xc3\xa9";  // e acute
  const std::string text = PlanIcal({opening}, opening.at);
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find("\r\n", begin)) != std::string::npos;
       begin = end + 2) {
    EXPECT_LE(end - begin, 75U);
    // No line begins within a character.
    EXPECT_NE(static_cast<unsigned char>(text[begin + 1]) & 0xc0, 0x80);
  }
  std::string unfolded = text;
  for (std::size_t at; (at = unfolded.find("\r\n ")) != std::string::npos;) {
    unfolded.erase(at, 3);
  }
  EXPECT_THAT(unfolded, HasSubstr("DESCRIPTION:" + opening.reason + "\r\n"));
}

TEST(Listed, ReadsAsASentence) {
  EXPECT_EQ(Listed({}), "");
  EXPECT_EQ(Listed({"a"}), "a");
  EXPECT_EQ(Listed({"a", "b"}), "a and b");
  EXPECT_EQ(Listed({"a", "b", "c"}), "a, b and c");
}

}  // namespace
}  // namespace prewarm
