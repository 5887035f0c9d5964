#include "warmup-controller/kube/kubeconfig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/base64.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/http_client/test_authority.h"

namespace prewarm::kube {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class KubeconfigTest : public testing::Test {
 protected:
  // A file of one context, "main", whose cluster and user have these lines.
  static std::string File(const std::string& cluster, const std::string& user,
                          const std::string& context = "") {
    return "apiVersion: v1\nkind: Config\ncurrent-context: main\n"
           "preferences: {}\n"
           "contexts:\n- name: main\n  context: {cluster: c, user: u" +
           context + "}\nclusters:\n- name: c\n  cluster: {" + cluster +
           "}\nusers:\n- name: u\n  user: {" + user + "}\n";
  }
  Result<Access> Read(const std::string& text,
                      const std::string& context = "") {
    return ReadKubeconfig(text, {"config", dir_.path(), context});
  }
  std::string ErrorOf(const std::string& text,
                      const std::string& context = "") {
    const auto access = Read(text, context);
    EXPECT_FALSE(access.ok()) << text;
    return access.ok() ? "" : access.error().message;
  }

  TempDir dir_;
  TestAuthority ca_{"ca"};
  Identity admin_ = ca_.Issue("admin", "DNS:admin");
};

TEST_F(KubeconfigTest, CurrentContextNamesServerUserAndNamespace) {
  const auto access = Read(File("server: 'https://api:6443/'", "token: secret",
                                ", namespace: shop"));
  ASSERT_TRUE(access.ok()) << access.error().message;
  EXPECT_EQ(access->server, "https://api:6443");
  EXPECT_EQ(access->token, "secret");
  EXPECT_EQ(access->namespace_name, "shop");
  EXPECT_TRUE(access->connection.tls.verify);
  EXPECT_EQ(access->connection.proxy_url, "");
}

TEST_F(KubeconfigTest, DataComesFromTheFileItself) {
  const auto access = Read(File(
      "server: 'https://a', certificate-authority-data: " + Base64(ca_.pem()),
      "client-certificate-data: " + Base64(admin_.cert_pem) +
          ", client-key-data: " + Base64(admin_.key_pem)));
  ASSERT_TRUE(access.ok()) << access.error().message;
  EXPECT_EQ(access->connection.tls.ca_pem, ca_.pem());
  EXPECT_EQ(access->connection.tls.cert_pem, admin_.cert_pem);
  EXPECT_EQ(access->connection.tls.key_pem, admin_.key_pem);
}

TEST_F(KubeconfigTest, PathsAreRelativeToTheFile) {
  dir_.Write("ca.pem", ca_.pem());
  dir_.Write("cert.pem", admin_.cert_pem);
  dir_.Write("key.pem", admin_.key_pem);
  dir_.Write("config",
             File("server: 'https://a', certificate-authority: ca.pem",
                  "client-certificate: cert.pem, client-key: '" +
                      dir_.File("key.pem") + "', tokenFile: t"));
  const auto access = ReadKubeconfigFile(dir_.File("config"), "");
  ASSERT_TRUE(access.ok()) << access.error().message;
  EXPECT_EQ(access->connection.tls.ca_pem, ca_.pem());
  EXPECT_EQ(access->connection.tls.key_pem, admin_.key_pem);
  EXPECT_EQ(access->token_file, dir_.File("t"));
}

TEST_F(KubeconfigTest, VerificationAndProxyAreAsItSays) {
  const auto access =
      Read(File("server: 'https://a', insecure-skip-tls-verify: true, "
                "proxy-url: 'http://proxy:3128'",
                ""));
  ASSERT_TRUE(access.ok()) << access.error().message;
  EXPECT_FALSE(access->connection.tls.verify);
  EXPECT_EQ(access->connection.proxy_url, "http://proxy:3128");
}

TEST_F(KubeconfigTest, AnotherContextMayBeNamed) {
  const std::string text =
      File("server: 'https://a'", "") + "- name: v\n  user: {token: other}\n";
  const std::string two =
      "current-context: none\ncontexts:\n"
      "- name: x\n  context: {cluster: c, user: v}\n" +
      text.substr(text.find("clusters:"));
  const auto access = Read(two, "x");
  ASSERT_TRUE(access.ok()) << access.error().message;
  EXPECT_EQ(access->token, "other");
  EXPECT_THAT(ErrorOf(two), AllOf(HasSubstr("config:"), HasSubstr("contexts"),
                                  HasSubstr("none named \"none\"")));
}

TEST_F(KubeconfigTest, PluginsAreRefusedWithAWayOut) {
  EXPECT_THAT(ErrorOf(File("server: 'https://a'", "exec: {command: aws}")),
              AllOf(HasSubstr("config:13:"), HasSubstr("users[0].user.exec"),
                    HasSubstr("kubectl create token")));
  EXPECT_THAT(
      ErrorOf(File("server: 'https://a'", "auth-provider: {name: gcp}")),
      AllOf(HasSubstr("users[0].user.auth-provider"), HasSubstr("tokenFile")));
  EXPECT_THAT(ErrorOf(File("server: 'https://a'", "username: a, password: b")),
              AllOf(HasSubstr("user.username"), HasSubstr("user.password")));
  EXPECT_THAT(
      ErrorOf(File("server: 'https://a', tls-server-name: b", "token: t")),
      HasSubstr("clusters[0].cluster.tls-server-name"));
}

TEST_F(KubeconfigTest, ImpersonationIsRefusedInEachOfItsParts) {
  for (const std::string part :
       {"as: a", "as-uid: a", "as-groups: [a]", "as-user-extra: {a: [b]}"}) {
    EXPECT_THAT(ErrorOf(File("server: 'https://a'", "token: t, " + part)),
                HasSubstr("users[0].user." + part.substr(0, part.find(':'))));
  }
}

TEST_F(KubeconfigTest, EachErrorNamesFilePlaceAndField) {
  const std::pair<std::string, std::string> expected[] = {
      {"", "is no kubeconfig"},
      {"[]", "is no kubeconfig"},
      {"a: {", "config:1:"},
      {"a: 1\n", "current-context: is not set"},
      {"current-context: m\n", "contexts: has none named \"m\""},
      {"current-context: m\ncontexts: 7\n", "config:2:11 contexts: is no list"},
      {"current-context: m\ncontexts:\n- name: m\n", "has no field context"},
      {"current-context: m\ncontexts:\n- name: m\n  context: {user: u}\n",
       "contexts[0].context.cluster: is missing"},
      {File("server: ftp://a", ""), "clusters[0].cluster.server"},
      {File("", ""), "clusters[0].cluster.server"},
      {File("server: 'https://a', insecure-skip-tls-verify: maybe", ""),
       "expected true or false"},
      {File("server: 'https://a', proxy-url: 'socks5://a'", ""),
       "clusters[0].cluster.proxy-url"},
      {File("server: 'https://a', certificate-authority-data: '%'", ""),
       "certificate-authority-data: is no base64"},
      {File("server: 'https://a', certificate-authority-data: Zm9v", ""),
       "certificate-authority-data: holds no certificate"},
      {File("server: 'https://a', certificate-authority: none", ""),
       "certificate-authority: "},
      {File("server: 'https://a'", "client-key-data: Zm9v"),
       "users[0].user.client-certificate: is missing beside its key"},
      {File("server: 'https://a'", "token: [a]"), "users[0].user.token"},
  };
  for (const auto& [text, what] : expected) {
    EXPECT_THAT(ErrorOf(text), AllOf(HasSubstr("config:"), HasSubstr(what)))
        << text;
  }
}

TEST_F(KubeconfigTest, ClusterWithNothingInItIsRefused) {
  EXPECT_THAT(ErrorOf("current-context: main\n"
                      "contexts:\n- name: main\n"
                      "  context: {cluster: c, user: u}\n"
                      "clusters:\n- name: c\n  cluster:\n"
                      "users:\n- name: u\n  user: {token: secret}\n"),
              HasSubstr("cluster: is empty"));
}

TEST(KubeconfigList, OfOneFileIsThatFile) {
  for (const char* list : {"/a", "/a:", ":/a", "/a::/a"}) {
    EXPECT_EQ(OnlyKubeconfigOf(list).value(), "/a") << list;
  }
  EXPECT_EQ(OnlyKubeconfigOf("").value(), "");
}

TEST(KubeconfigList, OfSeveralFilesIsRefusedWithAWayOut) {
  const auto only = OnlyKubeconfigOf("/a:/b");
  ASSERT_FALSE(only.ok());
  EXPECT_THAT(only.error().message,
              AllOf(HasSubstr("/a:/b is a list"), HasSubstr("--flatten")));
}

TEST_F(KubeconfigTest, FileOfAnySizeIsNotRead) {
  dir_.Write("config", std::string((1 << 20) + 1, ' '));
  EXPECT_EQ(ReadKubeconfigFile(dir_.File("config"), "").error().code,
            ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace prewarm::kube
