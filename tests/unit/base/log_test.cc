#include "common/base/log.h"

#include <gtest/gtest.h>

#include <string>

namespace prewarm {
namespace {

std::string Text(std::initializer_list<LogField> fields) {
  return FormatLogLine(LogFormat::kText, LogLevel::kWarning, "happened",
                       fields);
}

std::string Json(std::initializer_list<LogField> fields) {
  return FormatLogLine(LogFormat::kJson, LogLevel::kError, "happened", fields);
}

TEST(Log, TextLineNamesLevelEventAndFields) {
  EXPECT_EQ(Text({{"path", "/a/b"}, {"status", 200}, {"ok", true}}),
            "warning event=happened path=/a/b status=200 ok=true");
}

TEST(Log, JsonLineIsOneObject) {
  EXPECT_EQ(Json({{"path", "/a"}, {"ms", 1.5}, {"big", 1L << 40}}),
            "{\"level\":\"error\",\"event\":\"happened\",\"path\":\"/a\","
            "\"ms\":1.5,\"big\":1099511627776}");
}

TEST(Log, ValueCannotForgeALine) {
  const char* hostile = "x\n2026-01-01 error event=forged";
  EXPECT_EQ(Text({{"path", hostile}}).find('\n'), std::string::npos);
  EXPECT_EQ(Json({{"path", hostile}}).find('\n'), std::string::npos);
}

TEST(Log, ValueCannotForgeAField) {
  EXPECT_EQ(Text({{"id", "1 admin=true"}}),
            "warning event=happened id=\"1 admin=true\"");
  EXPECT_EQ(Text({{"id", "a\" b=\"c"}}),
            "warning event=happened id=\"a\\\" b=\\\"c\"");
  EXPECT_EQ(Text({{"id", ""}}), "warning event=happened id=\"\"");
}

TEST(Log, InvalidUtf8BecomesReplacementCharacters) {
  EXPECT_EQ(
      Json({{"id", "a\xff"}}),
      "{\"level\":\"error\",\"event\":\"happened\",\"id\":\"a\xef\xbf\xbd\""
      "}");
}

TEST(Log, LevelsBelowTheChosenOneAreOff) {
  InitLog(LogFormat::kText, LogLevel::kWarning);
  EXPECT_FALSE(LogEnabled(LogLevel::kDebug));
  EXPECT_FALSE(LogEnabled(LogLevel::kInfo));
  EXPECT_TRUE(LogEnabled(LogLevel::kWarning));
  EXPECT_TRUE(LogEnabled(LogLevel::kError));
  InitLog(LogFormat::kText, LogLevel::kInfo);
  EXPECT_TRUE(LogEnabled(LogLevel::kInfo));
}

}  // namespace
}  // namespace prewarm
