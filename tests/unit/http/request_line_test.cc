#include <gtest/gtest.h>

#include "tests/unit/http/guard_reader.h"

namespace prewarm::http {
namespace {

std::string Line(std::string_view line) {
  return std::string(line) + "\r\nHost: x\r\n\r\n";
}

Request Only(std::string_view bytes) {
  GuardReader reader;
  reader.Feed(bytes);
  EXPECT_EQ(reader.requests.size(), 1U) << bytes;
  return reader.requests.empty() ? Request{} : reader.requests[0];
}

TEST(RequestLine, MethodPathAndQueryAreRead) {
  const Request request = Only(Line("DELETE /a/b?x=1&y=%20z&flag HTTP/1.1"));
  EXPECT_EQ(request.method, "DELETE");
  EXPECT_EQ(request.path, "/a/b");
  ASSERT_EQ(request.query.size(), 3U);
  EXPECT_EQ(request.query.find("x")->second, "1");
  EXPECT_EQ(request.query.find("y")->second, " z");
  EXPECT_EQ(request.query.find("flag")->second, "");
}

TEST(RequestLine, ThePathIsPercentDecodedAndAPlusInItStays) {
  EXPECT_EQ(Only(Line("GET /a%2Fb+c HTTP/1.1")).path, "/a/b+c");
}

TEST(RequestLine, APlusInTheQueryIsASpace) {
  EXPECT_EQ(Only(Line("GET /?q=a+b%2B HTTP/1.1")).query.find("q")->second,
            "a b+");
}

TEST(RequestLine, ABadPercentEscapeIsRefused) {
  EXPECT_EQ(RefusalOf(Line("GET /% HTTP/1.1")), 400);
  EXPECT_EQ(RefusalOf(Line("GET /%4 HTTP/1.1")), 400);
  EXPECT_EQ(RefusalOf(Line("GET /%zz HTTP/1.1")), 400);
  EXPECT_EQ(RefusalOf(Line("GET /?a=%g0 HTTP/1.1")), 400);
}

TEST(RequestLine, AnEncodedNulIsRefused) {
  EXPECT_EQ(RefusalOf(Line("GET /a%00b HTTP/1.1")), 400);
  EXPECT_EQ(RefusalOf(Line("GET /?a%00=1 HTTP/1.1")), 400);
}

TEST(RequestLine, ARawNulOrControlIsRefused) {
  using std::string_literals::operator""s;
  EXPECT_EQ(RefusalOf(Line("GET /a\0b HTTP/1.1"s)), 400);
  EXPECT_EQ(RefusalOf(Line("GET /a\x01 HTTP/1.1")), 400);
  EXPECT_EQ(RefusalOf(Line("GET /a\rb HTTP/1.1")), 400);
}

TEST(RequestLine, OnlyAbsolutePathsAreTargets) {
  EXPECT_EQ(RefusalOf(Line("GET http://x/ HTTP/1.1")), 400);
  EXPECT_EQ(RefusalOf(Line("CONNECT x:443 HTTP/1.1")), 400);
  EXPECT_EQ(RefusalOf(Line("GET a HTTP/1.1")), 400);
  EXPECT_EQ(RefusalOf(Line("GET * HTTP/1.1")), 400);
  EXPECT_EQ(RefusalOf(Line("GET /a#b HTTP/1.1")), 400);
}

TEST(RequestLine, OptionsMayAskForTheWholeServer) {
  EXPECT_EQ(Only(Line("OPTIONS * HTTP/1.1")).path, "/");
}

TEST(RequestLine, AMalformedLineIsRefused) {
  EXPECT_EQ(RefusalOf(Line("GET /")), 400);
  EXPECT_EQ(RefusalOf(Line("GET")), 400);
  EXPECT_EQ(RefusalOf(Line("GET  / HTTP/1.1")), 400);
  EXPECT_EQ(RefusalOf(Line(" GET / HTTP/1.1")), 400);
  EXPECT_EQ(RefusalOf(Line("GET /a b HTTP/1.1")), 400);
}

TEST(RequestLine, AMalformedMethodIsRefused) {
  EXPECT_EQ(RefusalOf(Line("G(T / HTTP/1.1")), 400);
  EXPECT_EQ(RefusalOf(Line("ABCDEFGHIJKLMNOPQ / HTTP/1.1")), 400);
}

TEST(RequestLine, AnUnknownMethodIsForTheRouterToRefuse) {
  EXPECT_EQ(Only(Line("BREW / HTTP/1.1")).method, "BREW");
}

TEST(RequestLine, OtherVersionsAreRefusedAs505) {
  EXPECT_EQ(RefusalOf(Line("GET / HTTP/2.0")), 505);
  EXPECT_EQ(RefusalOf(Line("GET / HTTP/1.2")), 505);
  EXPECT_EQ(RefusalOf(Line("GET / HTTP/1.1x")), 505);
  EXPECT_EQ(RefusalOf(Line("GET / http/1.1")), 505);
  EXPECT_EQ(RefusalOf("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
}

TEST(RequestLine, EmptyLinesBeforeARequestAreIgnoredWhereverTheyAreCut) {
  const std::string bytes = "\r\n\r\n" + GetWith("");
  for (const std::size_t step : {1UL, 2UL, 3UL, 1000UL}) {
    EXPECT_EQ(GuardReader().Feed(bytes, step).requests.size(), 1U) << step;
  }
}

}  // namespace
}  // namespace prewarm::http
