#include "inference-server/download/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prewarm::download {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Url, HasHostAndTheNameOfTheFile) {
  const auto url = ParseUrl("https://Example.org:8443/a/b/ckpt_base.pth");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "Example.org");
  EXPECT_EQ(url->file_name, "ckpt_base.pth");
  EXPECT_EQ(ParseUrl("http://example.org/a/")->file_name, "");
}

TEST(Url, IsShownWithoutWhatMayBeSecret) {
  const auto url =
      ParseUrl("https://user:secret@example.org/a.pth?Signature=secret#secret");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->shown, "https://example.org/a.pth");
  EXPECT_THAT(url->text,
              AllOf(HasSubstr("user:secret@"), HasSubstr("?Signature=secret")));
}

TEST(Url, OtherSchemesAreRefused) {
  for (const char* text :
       {"file:///etc/passwd", "ftp://a/b", "scp://a/b", "gopher://a/b",
        "HTTPX://a/b", "dict://user:secret@a/b"}) {
    EXPECT_TRUE(LooksLikeUrl(text)) << text;
    const auto url = ParseUrl(text);
    ASSERT_FALSE(url.ok()) << text;
    EXPECT_EQ(url.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(url.error().message,
                AllOf(HasSubstr("https://"), Not(HasSubstr("secret"))));
  }
}

TEST(Url, NoneIsRefusedWithoutItsSecrets) {
  for (const char* text : {"https://", "https://user:secret@:x/?secret",
                           "http://a b/c", "https://a:99999/"}) {
    const auto url = ParseUrl(text);
    ASSERT_FALSE(url.ok()) << text;
    EXPECT_EQ(url.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(url.error().message, Not(HasSubstr("secret")));
  }
}

TEST(Url, AFilesPathDoesNotLookLikeOne) {
  for (const char* text :
       {"ckpt_base.pth", "./a:b", "/srv/https:/a", "://a", "a/b://c", ""}) {
    EXPECT_FALSE(LooksLikeUrl(text)) << text;
  }
}

TEST(Url, RedirectsMayBeRelative) {
  const Url base = *ParseUrl("https://example.org/a/b?c");
  EXPECT_EQ(ResolveUrl(base, "d")->text, "https://example.org/a/d");
  EXPECT_EQ(ResolveUrl(base, "/d?e")->text, "https://example.org/d?e");
  EXPECT_EQ(ResolveUrl(base, "//x.org/d")->text, "https://x.org/d");
  EXPECT_EQ(ResolveUrl(base, "http://x.org/")->scheme, "http");
  EXPECT_EQ(ResolveUrl(base, "file:///etc/passwd").error().code,
            ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace prewarm::download
