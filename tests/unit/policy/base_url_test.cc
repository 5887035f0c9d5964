#include "warmup-controller/policy/base_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace prewarm {
namespace {

using testing::HasSubstr;

std::string UrlError(const std::string& url) {
  const Status checked = CheckBaseUrl(url);
  return checked.ok() ? "" : checked.error().message;
}

TEST(BaseUrl, HostPortAndPathAreTaken) {
  for (const char* url :
       {"http://a", "https://a.example", "http://127.0.0.1:8080",
        "http://[::1]:1", "http://[fe80::1]", "https://h:65535/base/more",
        "http://under_score"}) {
    EXPECT_EQ(UrlError(url), "") << url;
  }
}

TEST(BaseUrl, OtherSchemesAndHostsAreRefused) {
  for (const char* url : {"",
                          "a:80",
                          "ftp://a",
                          "HTTP://a",
                          "http:/a",
                          "http://",
                          "http:///x",
                          "http://:80",
                          "http://a:",
                          "http://a:0",
                          "http://a:65536",
                          "http://a:000080",
                          "http://a:8o",
                          "http://[::1",
                          "http://[]",
                          "http://[1.2.3.4]",
                          "http://::1",
                          "http://[::1]80",
                          "http://a b",
                          "http://a\n",
                          "http://ä",
                          "http://-a",
                          "http://a/\"",
                          "http://a\\b"}) {
    EXPECT_THAT(UrlError(url), HasSubstr("expected http://HOST[:PORT]")) << url;
  }
  EXPECT_THAT(UrlError("http://a/" + std::string(2048, 'x')),
              HasSubstr("expected http://HOST[:PORT]"));
}

TEST(BaseUrl, UserQueryAndFragmentAreRefused) {
  EXPECT_THAT(UrlError("http://user:password@a"),
              HasSubstr("expected a URL without a user"));
  EXPECT_THAT(UrlError("http://a/x?y"),
              HasSubstr("expected a URL without a query"));
  EXPECT_THAT(UrlError("http://a#x"),
              HasSubstr("expected a URL without a fragment"));
}

TEST(BaseUrl, SlashAtItsEndIsRefused) {
  EXPECT_THAT(UrlError("http://a/"), HasSubstr("expected no / at its end"));
  EXPECT_THAT(UrlError("http://a/b/"), HasSubstr("expected no / at its end"));
}

}  // namespace
}  // namespace prewarm
