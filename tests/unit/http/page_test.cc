#include "common/http/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prewarm::http {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

TEST(PagePolicy, NamesTheOriginThatMayBeCalledAndNothingElse) {
  EXPECT_THAT(PagePolicy(""), HasSubstr("connect-src 'self';"));
  EXPECT_THAT(PagePolicy("https://warm.shop.example:8443"),
              HasSubstr("connect-src 'self' https://warm.shop.example:8443;"));
}

TEST(PagePolicy, LetsNothingInlineInAndNobodyFrameIt) {
  const std::string policy = PagePolicy("https://a.example");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
}

TEST(PageReply, IsAskedForAgainEachTimeAndKeepsToItsPolicy) {
  const Response reply = PageReply("text/css", "a{}", "https://a.example");
  EXPECT_EQ(reply.body, "a{}");
  EXPECT_EQ(reply.content_type, "text/css");
  EXPECT_THAT(reply.headers, Contains(Pair("Cache-Control", "no-cache")));
  EXPECT_THAT(reply.headers, Contains(Pair("Content-Security-Policy",
                                           PagePolicy("https://a.example"))));
}

}  // namespace
}  // namespace prewarm::http
