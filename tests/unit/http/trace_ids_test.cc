#include "common/http/trace_ids.h"

#include <gtest/gtest.h>

#include <set>

namespace prewarm::http {
namespace {

constexpr char kTrace[] = "4bf92f3577b34da6a3ce929d0e0e4736";

std::string Parent(const std::string& version, const std::string& trace,
                   const std::string& rest = "-00f067aa0ba902b7-01") {
  return version + "-" + trace + rest;
}

TEST(RequestId, AnOfferedIdIsTaken) {
  EXPECT_EQ(RequestId("abc-DEF_1.2"), "abc-DEF_1.2");
}

TEST(RequestId, AnIdThatIsLongOrHoldsOtherCharactersIsReplaced) {
  EXPECT_NE(RequestId(std::string(129, 'a')), std::string(129, 'a'));
  for (const char* bad : {"a b", "a\nb", "<x>", "\xc3\xa4", "a\"b"}) {
    EXPECT_NE(RequestId(bad), bad);
    EXPECT_EQ(RequestId(bad).size(), 16U);
  }
}

TEST(RequestId, NewIdsDiffer) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(RequestId(""));
  EXPECT_EQ(ids.size(), 1000U);
}

TEST(TraceId, TheTraceIdOfATraceparentIsRead) {
  EXPECT_EQ(TraceId(Parent("00", kTrace)), kTrace);
}

TEST(TraceId, ALaterVersionMayBeLonger) {
  EXPECT_EQ(TraceId(Parent("01", kTrace) + "-more"), kTrace);
}

TEST(TraceId, AnInvalidTraceparentIsIgnored) {
  EXPECT_EQ(TraceId(""), "");
  EXPECT_EQ(TraceId(kTrace), "");
  EXPECT_EQ(TraceId(Parent("ff", kTrace)), "");
  EXPECT_EQ(TraceId(Parent("00", std::string(32, '0'))), "");
  EXPECT_EQ(TraceId(Parent("00", "4BF92F3577B34DA6A3CE929D0E0E4736")), "");
  EXPECT_EQ(TraceId(Parent("00", kTrace, "-00f067aa0ba902bx-01")), "");
  EXPECT_EQ(TraceId(Parent("00", kTrace, "_00f067aa0ba902b7_01")), "");
}

}  // namespace
}  // namespace prewarm::http
