#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/unit/http_client/test_authority.h"
#include "tests/unit/kube/hand_clock.h"
#include "warmup-controller/kube/in_cluster.h"
#include "warmup-controller/kube/small_file.h"
#include "warmup-controller/kube/token_source.h"

namespace prewarm::kube {
namespace {

using testing::HasSubstr;

class InClusterTest : public testing::Test {
 protected:
  InClusterTest() {
    dir_.Write("ca.crt", ca_.pem());
    dir_.Write("token", "secret\n");
    dir_.Write("namespace", "shop\n");
    pod_.folder = dir_.path();
    pod_.variable = [this](const std::string& name) { return set_[name]; };
  }
  std::string FieldOfError() {
    const auto access = InClusterAccess(pod_);
    return access.ok() ? "" : access.error().field;
  }

  TempDir dir_;
  TestAuthority ca_{"ca"};
  std::map<std::string, std::string> set_ = {
      {"KUBERNETES_SERVICE_HOST", "10.96.0.1"},
      {"KUBERNETES_SERVICE_PORT", "443"}};
  PodSurroundings pod_;
};

TEST_F(InClusterTest, PodFindsItsServerItsTokenAndItsNamespace) {
  const auto access = InClusterAccess(pod_);
  ASSERT_TRUE(access.ok()) << access.error().message;
  EXPECT_EQ(access->server, "https://10.96.0.1:443");
  EXPECT_EQ(access->namespace_name, "shop");
  EXPECT_EQ(access->token_file, dir_.File("token"));
  EXPECT_EQ(access->connection.tls.ca_pem, ca_.pem());
}

TEST_F(InClusterTest, AddressesOfIpv6AreBracketed) {
  set_["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  EXPECT_EQ(InClusterAccess(pod_)->server, "https://[fd00::1]:443");
}

TEST_F(InClusterTest, WhatIsMissingIsNamed) {
  set_["KUBERNETES_SERVICE_PORT"] = "";
  EXPECT_EQ(FieldOfError(), "KUBERNETES_SERVICE_PORT");
  set_["KUBERNETES_SERVICE_PORT"] = "443";
  dir_.Write("token", "\n");
  EXPECT_EQ(FieldOfError(), "token");
  dir_.Write("token", "secret");
  dir_.Write("ca.crt", "garbage");
  EXPECT_EQ(FieldOfError(), "ca.crt");
  pod_.folder = dir_.File("nowhere");
  EXPECT_EQ(InClusterAccess(pod_).error().code, ErrorCode::kNotFound);
  EXPECT_THAT(InClusterAccess(pod_).error().message,
              HasSubstr(dir_.File("nowhere/ca.crt")));
}

class TokenSourceTest : public testing::Test {
 protected:
  TokenSource Of(const std::string& file) {
    Access access;
    access.token_file = file;
    access.token = "fixed";
    return TokenSource(access);
  }

  TempDir dir_;
  HandClock clock_;
};

TEST_F(TokenSourceTest, FileWinsAndIsReadAgainWhenItChanges) {
  dir_.Write("token", "one\n");
  auto source = Of(dir_.File("token"));
  EXPECT_EQ(*source.Token(clock_.Now()), "one");
  dir_.Write("token", "three\n");
  EXPECT_EQ(*source.Token(clock_.Now()), "three");
}

TEST_F(TokenSourceTest, FileIsReadAgainAfterAMinuteWhateverItsTimesSay) {
  dir_.Write("token", "one");
  auto source = Of(dir_.File("token"));
  EXPECT_EQ(*source.Token(clock_.Now()), "one");
  const auto before = std::filesystem::last_write_time(dir_.File("token"));
  dir_.Write("token", "two");
  std::filesystem::last_write_time(dir_.File("token"), before);
  clock_.Pass(std::chrono::minutes(1));
  EXPECT_EQ(*source.Token(clock_.Now()), "two");
}

TEST_F(TokenSourceTest, LastTokenCountsWhileTheFileCannotBeRead) {
  dir_.Write("token", "one");
  auto source = Of(dir_.File("token"));
  EXPECT_EQ(*source.Token(clock_.Now()), "one");
  std::filesystem::remove(dir_.File("token"));
  clock_.Pass(std::chrono::hours(1));
  EXPECT_EQ(*source.Token(clock_.Now()), "one");
  EXPECT_FALSE(source.Refused("one", clock_.Now()));
}

TEST_F(TokenSourceTest, FileThatNeverWasOrIsNoTokenIsAnErrorThatNamesIt) {
  EXPECT_THAT(Of(dir_.File("none")).Token(clock_.Now()).error().message,
              HasSubstr(dir_.File("none")));
  dir_.Write("two lines", "a\nb\n");
  EXPECT_EQ(Of(dir_.File("two lines")).Token(clock_.Now()).error().code,
            ErrorCode::kUnauthorized);
}

TEST_F(TokenSourceTest, WithoutAFileTheFixedTokenStaysWhatItIs) {
  auto source = Of("");
  EXPECT_EQ(*source.Token(clock_.Now()), "fixed");
  EXPECT_FALSE(source.Refused("fixed", clock_.Now()));
}

TEST(ReadSmallFile, RefusesWhatIsLargeOrNoFile) {
  const TempDir dir;
  dir.Write("limit", std::string(kMaxCredentialBytes, 'a'));
  EXPECT_EQ(ReadSmallFile(dir.File("limit"))->size(), kMaxCredentialBytes);
  dir.Write("over", std::string(kMaxCredentialBytes + 1, 'a'));
  EXPECT_EQ(ReadSmallFile(dir.File("over")).error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(ReadSmallFile(dir.path()).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(ReadSmallFile("/dev/zero").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(ReadSmallFile(dir.File("none")).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace prewarm::kube
