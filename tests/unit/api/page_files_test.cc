#include "inference-server/api/page_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "common/base/sha256.h"
#include "inference-server/api/embedded.h"
#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class PageFilesTest : public testing::Test {
 protected:
  PageFilesTest() { root_.Write("index.html", "<p>own</p>"); }

  std::string Refusal(const PageLimits& limits = {}) const {
    const auto files = ReadPage(root_.path(), limits);
    EXPECT_FALSE(files.ok());
    if (files.ok()) return "";
    EXPECT_EQ(files.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(files.error().field, "page-dir");
    return files.error().message;
  }
  PageFiles Good() const {
    auto files = ReadPage(root_.path());
    EXPECT_TRUE(files.ok()) << files.error().message;
    return files.ok() ? std::move(files).value() : PageFiles{};
  }
  std::string At(const std::string& name) const {
    return root_.path() + "/" + name;
  }

  const TempDir root_;
  const TempDir outside_;
};

TEST_F(PageFilesTest, WithoutAFolderItIsTheShopOfTheProgram) {
  const auto files = ReadPage("");
  ASSERT_TRUE(files.ok());
  EXPECT_THAT(files->at("/").bytes, HasSubstr("<prewarm-upload"));
  EXPECT_EQ(files->at("/page.js").type, "text/javascript; charset=utf-8");
  EXPECT_EQ(files->count("/storefront/index.js"), 1U);
  EXPECT_EQ(files->count("/openapi.json"), 0U);  // an endpoint, no page
}

TEST(EmbeddedFilesTest, ChecksumsAreThoseOfTheBytes) {
  ASSERT_FALSE(EmbeddedFiles().empty());
  for (const Embedded& each : EmbeddedFiles()) {
    EXPECT_EQ(each.sha256, Sha256Hex(each.bytes)) << each.name;
    EXPECT_EQ(EmbeddedFile(each.name), each.bytes);
  }
}

TEST_F(PageFilesTest, AFolderIsServedByItsNamesWithTheElementOfTheProgram) {
  fs::create_directory(At("gifts"));
  root_.Write("gifts/index.html", "gifts");
  root_.Write("gifts/mug.WEBP", "webp");
  const PageFiles files = Good();
  EXPECT_EQ(files.at("/").bytes, "<p>own</p>");
  EXPECT_EQ(files.at("/gifts/").type, "text/html; charset=utf-8");
  EXPECT_EQ(files.at("/gifts/mug.WEBP").type, "image/webp");
  EXPECT_EQ(files.count("/storefront/index.js"), 1U);
  EXPECT_EQ(files.count("/page.js"), 0U);
}

TEST_F(PageFilesTest, AnotherTextHasAnotherEntityTag) {
  const std::string before = Good().at("/").etag;
  EXPECT_EQ(Good().at("/").etag, before);
  root_.Write("index.html", "<p>new</p>");
  EXPECT_NE(Good().at("/").etag, before);
  EXPECT_EQ(before.front(), '"');
  EXPECT_EQ(before.back(), '"');
}

TEST_F(PageFilesTest, WhatIsHiddenIsNotServed) {
  fs::create_directory(At(".git"));
  root_.Write(".git/config", "secret");
  root_.Write(".htpasswd", "secret");
  for (const auto& [path, file] : Good()) EXPECT_NE(file.bytes, "secret");
}

// Kubernetes mounts a ConfigMap so.
TEST_F(PageFilesTest, LinksWithinTheFolderAreFollowed) {
  fs::create_directory(At("..2026"));
  root_.Write("..2026/page.css", "p{}");
  fs::create_directory_symlink("..2026", At("..data"));
  fs::create_symlink("..data/page.css", At("page.css"));
  EXPECT_EQ(Good().at("/page.css").bytes, "p{}");
}

TEST_F(PageFilesTest, LinksOutOfTheFolderAreRefusedByName) {
  fs::create_symlink(outside_.Write("secret.txt", "secret"), At("a.txt"));
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("a.txt"), HasSubstr("leads out")));
}

TEST_F(PageFilesTest, LinksToFoldersAreRefused) {
  fs::create_directory(At("gifts"));
  fs::create_directory_symlink(At("gifts"), At("presents"));
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("presents"), HasSubstr("link")));
  fs::remove(At("presents"));
  fs::create_directory_symlink(outside_.path(), At("presents"));
  EXPECT_THAT(Refusal(), HasSubstr("leads out"));
}

TEST_F(PageFilesTest, AFolderBesideWithALongerNameIsOutside) {
  const std::string beside = root_.path() + "-beside";
  fs::create_directory(beside);
  fs::create_directory_symlink(beside, At("link"));
  EXPECT_THAT(Refusal(), HasSubstr("leads out"));
  fs::remove_all(beside);
}

TEST_F(PageFilesTest, NamesOfEndpointsAreRefused) {
  for (const char* name : {"health", "warmup", "shop.json", "openapi.json"}) {
    root_.Write(name, "mine");
    EXPECT_THAT(Refusal(), AllOf(HasSubstr(name), HasSubstr("another name")));
    fs::remove(At(name));
  }
  fs::create_directory(At("storefront"));
  root_.Write("storefront/index.js", "mine");
  EXPECT_THAT(Refusal(), HasSubstr("another name"));
}

TEST_F(PageFilesTest, TooManyTooLargeAndTooDeepAreRefused) {
  root_.Write("b.txt", "12345");
  PageLimits limits;
  limits.files = 1;
  EXPECT_THAT(Refusal(limits), HasSubstr("one file too many; at most 1"));
  limits = {};
  limits.file_bytes = 4;
  EXPECT_THAT(Refusal(limits), HasSubstr("too large"));
  limits = {};
  limits.all_bytes = 14;  // 10 and 5
  EXPECT_THAT(Refusal(limits), HasSubstr("too large"));
  fs::create_directories(At("1/2"));
  limits = {};
  limits.depth = 1;
  EXPECT_THAT(Refusal(limits), AllOf(HasSubstr("1/2"), HasSubstr("too deep")));
}

TEST_F(PageFilesTest, AFolderWithoutAnIndexOrNoFolderIsRefused) {
  fs::remove(At("index.html"));
  EXPECT_THAT(Refusal(), HasSubstr("no index.html"));
  EXPECT_THAT(ReadPage(At("nowhere")).error().message,
              AllOf(HasSubstr("nowhere"), HasSubstr("no folder")));
  root_.Write("file", "x");
  EXPECT_THAT(ReadPage(At("file")).error().message, HasSubstr("no folder"));
}

TEST(PageFileTypeTest, IsByTheEndOfTheName) {
  EXPECT_EQ(PageFileType("a/b.svg"), "image/svg+xml");
  EXPECT_EQ(PageFileType("b.MJS"), "text/javascript; charset=utf-8");
  EXPECT_EQ(PageFileType("LICENSE"), "application/octet-stream");
  EXPECT_EQ(PageFileType("js"), "application/octet-stream");
  EXPECT_EQ(PageFileType("a.tar.gz"), "application/octet-stream");
}

}  // namespace
}  // namespace prewarm
