#include <gtest/gtest.h>

#include "tests/unit/http/guard_reader.h"

namespace prewarm::http {
namespace {

TEST(RequestHead, HeaderNamesAreLowerCasedAndValuesTrimmed) {
  GuardReader reader;
  reader.Feed(GetWith("X-One: \t a b \t\r\nX-EMPTY:\r\n"));
  ASSERT_EQ(reader.requests.size(), 1U);
  EXPECT_EQ(reader.requests[0].header("x-one"), "a b");
  EXPECT_EQ(reader.requests[0].header("x-empty"), "");
  EXPECT_EQ(reader.requests[0].header("absent"), "");
}

TEST(RequestHead, ARepeatedListHeaderIsJoined) {
  GuardReader reader;
  reader.Feed(GetWith("Accept: a\r\nAccept: b\r\n"));
  ASSERT_EQ(reader.requests.size(), 1U);
  EXPECT_EQ(reader.requests[0].header("accept"), "a, b");
}

TEST(RequestHead, ARepeatedSingularHeaderIsRefused) {
  for (const char* name : {"Content-Length: 0", "Origin: a", "Content-Type: a",
                           "Authorization: a", "Host: x"}) {
    const std::string twice =
        std::string(name) + "\r\n" + std::string(name) + "\r\n";
    EXPECT_EQ(RefusalOf(GetWith(twice)), 400) << name;
  }
}

TEST(RequestHead, AFoldedLineIsRefused) {
  EXPECT_EQ(RefusalOf(GetWith("X: a\r\n b\r\n")), 400);
  EXPECT_EQ(RefusalOf(GetWith("X: a\r\n\tb: c\r\n")), 400);
}

TEST(RequestHead, ASpaceBeforeTheColonIsRefused) {
  EXPECT_EQ(RefusalOf(GetWith("Content-Length : 5\r\n")), 400);
}

TEST(RequestHead, ALineWithoutAColonOrNameIsRefused) {
  EXPECT_EQ(RefusalOf(GetWith("nonsense\r\n")), 400);
  EXPECT_EQ(RefusalOf(GetWith(": value\r\n")), 400);
}

TEST(RequestHead, ControlCharactersInAValueAreRefused) {
  using std::string_literals::operator""s;
  EXPECT_EQ(RefusalOf(GetWith("X: a\0b\r\n"s)), 400);
  EXPECT_EQ(RefusalOf(GetWith("X: a\x7f\r\n")), 400);
  EXPECT_EQ(RefusalOf(GetWith("X: a\rY: b\r\n")), 400);
}

TEST(RequestHead, BareLineFeedsAreRefusedAtOnce) {
  EXPECT_EQ(RefusalOf("GET / HTTP/1.1\nHost: x\n\n"), 400);
  EXPECT_EQ(RefusalOf(GetWith("X: a\nTransfer-Encoding: chunked\r\n")), 400);
  EXPECT_EQ(GuardReader().Feed("GET / HTTP/1.1\n", 1).refused, 400);
}

TEST(RequestHead, Http11WithoutAHostIsRefused) {
  EXPECT_EQ(RefusalOf("GET / HTTP/1.1\r\n\r\n"), 400);
}

TEST(RequestHead, Http10NeedsNoHostAndEndsTheConnection) {
  GuardReader reader;
  reader.Feed("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(reader.requests.size(), 1U);
  EXPECT_TRUE(reader.guard.close_after());
}

TEST(RequestHead, ConnectionCloseIsSeenInAListAndInAnyCase) {
  EXPECT_TRUE(GuardReader()
                  .Feed(GetWith("Connection: keep-alive, CLOSE\r\n"))
                  .guard.close_after());
  EXPECT_FALSE(GuardReader()
                   .Feed(GetWith("Connection: closed\r\n"))
                   .guard.close_after());
  EXPECT_FALSE(GuardReader().Feed(GetWith("")).guard.close_after());
}

TEST(RequestHead, AHeadOfExactlyTheLimitIsAcceptedAndOneByteMoreIsNot) {
  Limits limits;
  limits.head_bytes = 128;
  const std::size_t fixed = GetWith("X: \r\n").size();
  const std::string fits =
      GetWith("X: " + std::string(128 - fixed, 'a') + "\r\n");
  const std::string over =
      GetWith("X: " + std::string(129 - fixed, 'a') + "\r\n");
  for (const std::size_t step : {1UL, 7UL, 1000UL}) {
    EXPECT_EQ(GuardReader(limits).Feed(fits, step).requests.size(), 1U);
    EXPECT_EQ(GuardReader(limits).Feed(over, step).refused, 431);
  }
}

TEST(RequestHead, TheLimitIs16KiBUnlessSaid) {
  EXPECT_EQ(GuardReader().Feed(std::string(16383, 'a')).refused, 0);
  EXPECT_EQ(GuardReader().Feed(std::string(16384, 'a')).refused, 431);
}

TEST(RequestHead, MoreThanAHundredHeadersAreRefused) {
  std::string lines;  // beside Host
  for (int i = 0; i < 99; ++i) lines += "X" + std::to_string(i) + ": 1\r\n";
  EXPECT_EQ(RefusalOf(GetWith(lines)), 0);
  EXPECT_EQ(RefusalOf(GetWith(lines + "X99: 1\r\n")), 431);
}

TEST(RequestHead, NothingIsParsedAfterARefusal) {
  GuardReader reader;
  EXPECT_EQ(reader.Feed("BAD\r\n\r\n").refused, 400);
  std::string_view more = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  EXPECT_EQ(reader.guard.Consume(&more), RequestGuard::Event::kRefused);
}

TEST(RequestHead, ARefusalNamesTheHeader) {
  GuardReader reader;
  reader.Feed(GetWith("Content-Length: x\r\n"));
  EXPECT_EQ(reader.guard.refusal().field, "content-length");
  EXPECT_NE(reader.guard.refusal().message.find("\"x\""), std::string::npos);
}

}  // namespace
}  // namespace prewarm::http
