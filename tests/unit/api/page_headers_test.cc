#include "inference-server/api/page_headers.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

TEST(OriginOfUrl, IsSchemeHostAndPort) {
  EXPECT_EQ(OriginOfUrl("https://warm.shop.example:8443/prewarm/a"),
            "https://warm.shop.example:8443");
  EXPECT_EQ(OriginOfUrl("https://a.example"), "https://a.example");
  EXPECT_EQ(OriginOfUrl(""), "");
}

TEST(ShopJson, NamesBothOrNeither) {
  EXPECT_EQ(ShopJson("", ""), "{\"controller\":null,\"target\":null}\n");
  EXPECT_EQ(ShopJson("https://a.example", "shop/server"),
            "{\"controller\":\"https://a.example\","
            "\"target\":\"shop/server\"}\n");
}

}  // namespace
}  // namespace prewarm
