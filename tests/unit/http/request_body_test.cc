#include <gtest/gtest.h>

#include "tests/unit/http/guard_reader.h"

namespace prewarm::http {
namespace {

std::string Post(std::string_view lines, std::string_view body = "") {
  return "POST /a HTTP/1.1\r\nHost: x\r\n" + std::string(lines) + "\r\n" +
         std::string(body);
}

int LengthRefusal(const std::string& value) {
  return RefusalOf(Post("Content-Length: " + value + "\r\n"));
}

TEST(RequestBody, ABodyIsReadHoweverItIsCut) {
  const std::string bytes = Post("Content-Length: 5\r\n", "he\r\no");
  for (const std::size_t step : {1UL, 2UL, 3UL, 50UL, 1000UL}) {
    GuardReader reader;
    reader.Feed(bytes, step);
    ASSERT_EQ(reader.requests.size(), 1U) << step;
    EXPECT_EQ(reader.requests[0].body, "he\r\no");
    EXPECT_EQ(reader.heads, 1);
  }
}

TEST(RequestBody, ALengthThatIsNoNumberIsRefused) {
  for (const char* value : {"", "x", "-1", "+5", "0x10", "5 5", "5,5", "5, 5",
                            "1e3", "5.0", "\xd9\xa3"}) {
    EXPECT_EQ(LengthRefusal(value), 400) << value;
  }
}

TEST(RequestBody, AHugeLengthIsRefusedBeforeAnyByteOfIt) {
  EXPECT_EQ(LengthRefusal("50000000000"), 413);
  EXPECT_EQ(LengthRefusal("999999999999999999"), 413);
  EXPECT_EQ(LengthRefusal("18446744073709551621"), 400);
  EXPECT_EQ(LengthRefusal("99999999999999999999999999"), 400);
}

TEST(RequestBody, ABodyOfTheLimitIsAcceptedAndOneByteMoreIsNot) {
  Limits limits;
  limits.body_bytes = 4;
  EXPECT_EQ(GuardReader(limits)
                .Feed(Post("Content-Length: 4\r\n", "abcd"))
                .requests.size(),
            1U);
  EXPECT_EQ(GuardReader(limits).Feed(Post("Content-Length: 5\r\n")).refused,
            413);
}

TEST(RequestBody, LeadingZerosDoNotHideALength) {
  EXPECT_EQ(GuardReader()
                .Feed(Post("Content-Length: 0005\r\n", "abcde"))
                .requests.size(),
            1U);
}

TEST(RequestBody, AnyTransferEncodingIsRefusedAs411) {
  for (const char* value : {"chunked", "gzip, chunked", "identity", "", "x"}) {
    EXPECT_EQ(
        RefusalOf(Post(std::string("Transfer-Encoding: ") + value + "\r\n")),
        411)
        << value;
  }
}

TEST(RequestBody, TransferEncodingBesideALengthIsRefused) {
  EXPECT_EQ(
      RefusalOf(Post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")),
      411);
}

TEST(RequestBody, WithoutALengthThereIsNoBody) {
  GuardReader reader;
  reader.Feed(Post("") + GetWith(""));
  ASSERT_EQ(reader.requests.size(), 2U);
  EXPECT_EQ(reader.requests[0].body, "");
}

TEST(RequestBody, ALengthOfZeroIsComplete) {
  EXPECT_EQ(GuardReader().Feed(Post("Content-Length: 0\r\n")).requests.size(),
            1U);
}

TEST(RequestBody, BytesAfterTheBodyAreTheNextRequest) {
  GuardReader reader;
  reader.Feed(Post("Content-Length: 3\r\n", "abc") + GetWith("") +
                  Post("Content-Length: 1\r\n", "d"),
              5);
  ASSERT_EQ(reader.requests.size(), 3U);
  EXPECT_EQ(reader.requests[0].body, "abc");
  EXPECT_EQ(reader.requests[1].method, "GET");
  EXPECT_EQ(reader.requests[2].body, "d");
}

TEST(RequestBody, ContinueIsExpectedOnlyWhereABodyComes) {
  GuardReader with;
  with.Feed(Post("Content-Length: 3\r\nExpect: 100-Continue\r\n"));
  EXPECT_EQ(with.heads, 1);
  EXPECT_TRUE(with.guard.expects_continue());
  GuardReader without;
  without.Feed(Post("Expect: 100-continue\r\n"));
  EXPECT_EQ(without.heads, 0);
  EXPECT_EQ(without.requests.size(), 1U);
}

TEST(RequestBody, OtherExpectationsAreRefused) {
  EXPECT_EQ(RefusalOf(Post("Content-Length: 3\r\nExpect: wonders\r\n")), 417);
}

TEST(RequestBody, Http10HasNoExpectations) {
  GuardReader reader;
  reader.Feed(
      "POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(reader.heads, 1);
  EXPECT_FALSE(reader.guard.expects_continue());
}

TEST(RequestBody, TheGuardSaysWhereItIs) {
  GuardReader reader;
  EXPECT_FALSE(reader.guard.in_head());
  reader.Feed("POST / HT");
  EXPECT_TRUE(reader.guard.in_head());
  reader.Feed("TP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na");
  EXPECT_TRUE(reader.guard.in_body());
  EXPECT_FALSE(reader.guard.in_head());
  reader.Feed("b");
  EXPECT_FALSE(reader.guard.in_body());
}

}  // namespace
}  // namespace prewarm::http
