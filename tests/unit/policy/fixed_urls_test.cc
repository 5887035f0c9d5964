// Documents of kind FixedUrls.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/policy/policies.h"

namespace prewarm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// `spec` begins in line 5.
std::string UrlsDocument(const std::string& spec) {
  return "apiVersion: prewarm.dev/v1alpha1\n"
         "kind: FixedUrls\n"
         "metadata: {name: cloud}\n"
         "spec:\n" +
         spec;
}

FixedUrls ReadUrls(const std::string& text) {
  const auto all = ReadDeclarations({{"p.yaml", text}});
  EXPECT_TRUE(all.ok()) << all.error().message;
  if (!all.ok()) return {};
  EXPECT_THAT(all->fixed_urls, SizeIs(1));
  return all->fixed_urls.empty() ? FixedUrls() : all->fixed_urls.front();
}

TEST(FixedUrlsDocument, UrlsKeepTheirOrder) {
  const FixedUrls fixed = ReadUrls(
      UrlsDocument("  urls: [\"https://b.example\", \"http://a:8080/x\"]\n"));
  EXPECT_EQ(fixed.namespace_name, "default");
  EXPECT_EQ(fixed.name, "cloud");
  EXPECT_EQ(fixed.source, "p.yaml");
  EXPECT_THAT(fixed.urls, ElementsAre("https://b.example", "http://a:8080/x"));
  EXPECT_THAT(fixed.admin_urls, IsEmpty());
}

TEST(FixedUrlsDocument, AdminUrlsAreAsManyAsUrls) {
  const std::string urls = "  urls: [\"http://a:1\", \"http://b:1\"]\n";
  EXPECT_THAT(ReadUrls(UrlsDocument(urls + "  adminUrls: [\"http://a:2\", "
                                           "\"http://b:2\"]\n"))
                  .admin_urls,
              ElementsAre("http://a:2", "http://b:2"));
  EXPECT_EQ(ErrorsOf(UrlsDocument(urls + "  adminUrls: [\"http://a:2\"]\n")),
            "p.yaml:6:3 spec.adminUrls: got 1 URLs, expected as many as "
            "spec.urls has, which is 2");
}

TEST(FixedUrlsDocument, UrlThatIsWrongIsNotOneThatIsMissing) {
  EXPECT_EQ(ErrorsOf(UrlsDocument("  urls: [\"http://a:1\", \"ftp://b:1\"]\n"
                                  "  adminUrls: [\"http://a:2\", "
                                  "\"http://b:2\"]\n")),
            "p.yaml:5:24 spec.urls[1]: got \"ftp://b:1\", expected "
            "http://HOST[:PORT] or https://HOST[:PORT], perhaps with a path");
}

TEST(FixedUrlsDocument, SameUrlTwiceIsRefused) {
  EXPECT_EQ(
      ErrorsOf(UrlsDocument("  urls: [\"http://a:1\", \"http://a:1\"]\n")),
      "p.yaml:5:24 spec.urls[1]: got \"http://a:1\", which is there "
      "already; an instance has its own");
}

TEST(FixedUrlsDocument, ThereAreOneToAThousand) {
  EXPECT_EQ(ErrorsOf(UrlsDocument("  urls: []\n")),
            "p.yaml:5:3 spec.urls: is empty; expected 1 to 1000 URLs");
  std::string urls = "  urls:\n";
  for (int i = 0; i < 1000; ++i) {
    urls += "  - http://host-" + std::to_string(i) + "\n";
  }
  EXPECT_THAT(ReadUrls(UrlsDocument(urls)).urls, SizeIs(1000));
  EXPECT_THAT(ErrorsOf(UrlsDocument(urls + "  - http://more\n")),
              HasSubstr("spec.urls: got 1001 items, expected at most 1000"));
}

TEST(FixedUrlsDocument, WhatIsMissingOrUnknownIsNamed) {
  EXPECT_EQ(ErrorsOf(UrlsDocument("  {}\n")),
            "p.yaml:4:1 spec.urls: is missing");
  EXPECT_THAT(
      ErrorsOf(UrlsDocument("  urls: [\"http://a\"]\n  adminUrl: []\n")),
      HasSubstr("spec.adminUrl: unknown; did you mean adminUrls?"));
  EXPECT_THAT(ErrorsOf(UrlsDocument("  urls: http://a\n")),
              HasSubstr("spec.urls: got http://a, expected a list"));
}

}  // namespace
}  // namespace prewarm
