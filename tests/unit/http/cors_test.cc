#include "common/http/cors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prewarm::http {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::Pair;

TEST(Cors, WithoutAnAllowListNothingIsSaid) {
  EXPECT_THAT(CorsHeaders({}, "https://a.example"), IsEmpty());
}

TEST(Cors, AnAllowedOriginIsNamedExactly) {
  const auto headers = CorsHeaders({"https://a.example"}, "https://a.example");
  EXPECT_THAT(headers, Contains(Pair("Access-Control-Allow-Origin",
                                     "https://a.example")));
  EXPECT_THAT(headers, Contains(Pair("Vary", "Origin")));
}

TEST(Cors, AnotherOriginGetsOnlyVary) {
  for (const char* origin : {"https://b.example", "https://a.example.evil",
                             "http://a.example", "https://A.example", "null"}) {
    const auto headers = CorsHeaders({"https://a.example"}, origin);
    EXPECT_THAT(headers, Contains(Pair("Vary", "Origin")));
    EXPECT_THAT(headers, Not(Contains(Key("Access-Control-Allow-Origin"))));
  }
}

TEST(Cors, AStarAllowsEveryOrigin) {
  EXPECT_THAT(CorsHeaders({"*"}, "https://b.example"),
              Contains(Key("Access-Control-Allow-Origin")));
}

TEST(Cors, AnEmptyOriginIsNotAllowedByAStar) {
  EXPECT_THAT(CorsHeaders({"*"}, ""),
              Not(Contains(Key("Access-Control-Allow-Origin"))));
  EXPECT_THAT(Preflight({"*"}, "", {"GET"}).headers, IsEmpty());
}

// What the shop's page reads of a reply, and may send.
TEST(Cors, EveryHeaderThatAPageNeedsIsNamed) {
  EXPECT_THAT(CorsHeaders({"*"}, "https://b.example"),
              Contains(Pair("Access-Control-Expose-Headers",
                            "X-Request-Id, Server-Timing, X-Prewarm-State, "
                            "X-Prewarm-Mode, X-Prewarm-Degraded, "
                            "X-Prewarm-Empty-Scene, X-Prewarm-Result, "
                            "Content-Location, ETag, Retry-After")));
  const Response preflight = Preflight({"*"}, "https://b.example", {"POST"});
  EXPECT_THAT(preflight.headers,
              Contains(Pair("Access-Control-Allow-Headers",
                            "Authorization, X-Api-Key, Content-Type, "
                            "Idempotency-Key, X-Request-Id, X-Upload-Token, "
                            "X-Prewarm-Intent-Token, Last-Event-ID")));
  EXPECT_THAT(preflight.headers,
              Contains(Pair("Access-Control-Max-Age", "600")));
}

TEST(Cors, CredentialsAreNeverAllowed) {
  EXPECT_THAT(CorsHeaders({"*"}, "https://b.example"),
              Not(Contains(Key("Access-Control-Allow-Credentials"))));
}

TEST(Cors, APreflightNamesTheMethodsOfThePath) {
  const Response response =
      Preflight({"https://a.example"}, "https://a.example", {"GET", "HEAD"});
  EXPECT_EQ(response.status, 204);
  EXPECT_THAT(response.headers,
              Contains(Pair("Access-Control-Allow-Methods", "GET, HEAD")));
}

TEST(Cors, APreflightFromElsewhereOrForNoPathAllowsNothing) {
  EXPECT_THAT(Preflight({"https://a.example"}, "x", {"GET"}).headers,
              IsEmpty());
  EXPECT_THAT(Preflight({"https://a.example"}, "https://a.example", {}).headers,
              IsEmpty());
}

}  // namespace
}  // namespace prewarm::http
