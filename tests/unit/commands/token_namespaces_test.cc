#include "warmup-controller/commands/token_namespaces.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

bool Gets(const RunOptions& options, const std::string& namespace_name) {
  return GetsToken(TokenNamespaces(options, "prewarm-system"),
                   namespace_name + "/Deployment/server");
}

TEST(TokenNamespaces, ControllerOfOneNamespaceTrustsThatOne) {
  RunOptions options;
  EXPECT_TRUE(Gets(options, "prewarm-system"));
  options.namespace_name = "shop";
  EXPECT_TRUE(Gets(options, "shop"));
  EXPECT_FALSE(Gets(options, "prewarm-system"));
}

TEST(TokenNamespaces, ControllerOfAllNamespacesTrustsItsOwnAlone) {
  RunOptions options;
  options.all_namespaces = true;
  EXPECT_TRUE(Gets(options, "prewarm-system"));
  EXPECT_FALSE(Gets(options, "shop"));
  EXPECT_FALSE(Gets(options, "prewarm-system-2"));
}

TEST(TokenNamespaces, ThoseThatAreNamedAreTrustedAndNoOthers) {
  RunOptions options;
  options.all_namespaces = true;
  options.token_namespaces = {"shop", "store"};
  EXPECT_TRUE(Gets(options, "shop"));
  EXPECT_TRUE(Gets(options, "store"));
  EXPECT_FALSE(Gets(options, "evil"));
  EXPECT_FALSE(Gets(options, "prewarm-system"));
}

TEST(TokenNamespaces, OneThatTrustsItsWholeClusterSaysSo) {
  RunOptions options;
  options.all_namespaces = true;
  options.token_namespaces = {"*"};
  EXPECT_TRUE(Gets(options, "evil"));
}

}  // namespace
}  // namespace prewarm
