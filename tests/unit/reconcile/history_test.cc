#include "warmup-controller/reconcile/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/record/memories.h"
#include "tests/unit/schedule/plan.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

History Example() {
  History history;
  TargetHistory& target = history.targets["shop/LocalProcess/server"];
  target.makespans = {{2, 4, true, std::chrono::milliseconds(9000), false},
                      {1, 1, false, std::chrono::milliseconds(70), true}};
  target.intents = {{40.5, 12}, 20, 6};
  PolicyHistory& policy = history.policies["shop/hours"];
  policy.hours = {CivilDay(2026, 3, 2), 4.25, 0.5};
  policy.opening =
      Opening{Utc(2026, 3, 2, 9), 3, Utc(2026, 3, 2, 8, 58), false, true};
  policy.known_since = Utc(2026, 2, 1);
  return history;
}

TEST(HistoryTest, WhatIsWrittenIsRead) {
  const auto read = ReadHistory(HistoryText(Example()));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(HistoryText(*read), HistoryText(Example()));
  const TargetHistory& target = read->targets.at("shop/LocalProcess/server");
  ASSERT_EQ(target.makespans.size(), 2U);
  EXPECT_TRUE(target.makespans[1].censored);
  EXPECT_EQ(target.makespans[0].took, std::chrono::seconds(9));
  EXPECT_EQ(target.intents.converted, 6U);
  const PolicyHistory& policy = read->policies.at("shop/hours");
  EXPECT_EQ(policy.hours.day, CivilDay(2026, 3, 2));
  ASSERT_TRUE(policy.opening.has_value());
  EXPECT_EQ(policy.opening->warm_at, Utc(2026, 3, 2, 8, 58));
  EXPECT_TRUE(policy.opening->judged);
  EXPECT_EQ(policy.known_since, Utc(2026, 2, 1));
}

TEST(HistoryTest, RecordOfTheDashboardIsPartOfIt) {
  History history = Example();
  history.record = AMemory();
  const auto read = ReadHistory(HistoryText(history));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(HistoryText(*read), HistoryText(history));
  EXPECT_EQ(read->record.targets.size(), 1U);
  std::string wrong = HistoryText(history);
  wrong.replace(wrong.find("\"until\""), 7, "\"never\"");
  const auto rest = ReadHistory(wrong);
  ASSERT_TRUE(rest.ok());
  EXPECT_TRUE(rest->record.targets.empty());
  EXPECT_THAT(rest->record_damage, HasSubstr("until is null"));
  EXPECT_EQ(HistoryText(*rest), HistoryText(Example()));
}

TEST(HistoryTest, OneOfNothingIsRead) {
  EXPECT_TRUE(ReadHistory(HistoryText({})).ok());
}

TEST(HistoryTest, WhatCannotBeTrueIsRefusedByName) {
  const auto error = [](const std::string& from, const std::string& to) {
    std::string text = HistoryText(Example());
    const std::size_t at = text.find(from);
    if (at == std::string::npos) ADD_FAILURE() << from << " is not in " << text;
    text.replace(at, from.size(), to);
    const auto read = ReadHistory(text);
    return read.ok() ? "" : read.error().message;
  };
  EXPECT_THAT(error("\"tookMs\": 9000", "\"tookMs\": -1"),
              HasSubstr("tookMs is -1"));
  EXPECT_THAT(error("\"tookMs\": 9000", "\"tookMs\": 18446744073709551615"),
              HasSubstr("tookMs"));
  EXPECT_THAT(error("\"instances\": 2", "\"instances\": 0"),
              HasSubstr("instances is 0"));
  EXPECT_THAT(error("\"instanceHours\": 4.25", "\"instanceHours\": \"x\""),
              HasSubstr("instanceHours is \"x\""));
  EXPECT_THAT(error("\"knownSince\": 1", "\"knownSince\": -1"),
              HasSubstr("knownSince is -1"));
  EXPECT_THAT(error("\"coldNode\": true", "\"coldNode\": 1"),
              HasSubstr("coldNode is 1"));
}

TEST(HistoryTest, GarbageIsRefused) {
  for (const char* text : {"", "[]", "{", "null", "{}", "{\"version\":true}"}) {
    EXPECT_FALSE(ReadHistory(text).ok()) << text;
  }
}

TEST(HistoryTest, LaterVersionIsNotTakenForDamage) {
  const auto read = ReadHistory("{\"version\": 2}");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(read.error().message, HasSubstr("this program knows version 1"));
}

TEST(HistoryTest, UnknownFieldsAreNoError) {
  EXPECT_TRUE(
      ReadHistory("{\"version\": 1, \"more\": [1], \"targets\": {}}").ok());
}

}  // namespace
}  // namespace prewarm
