#include "common/base/base64.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

// The vectors of RFC 4648, section 10.
TEST(Base64, IsThatOfTheRfc) {
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("fo"), "Zm8=");
  EXPECT_EQ(Base64("foo"), "Zm9v");
  EXPECT_EQ(Base64("foob"), "Zm9vYg==");
  EXPECT_EQ(Base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(Base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, KnowsEveryByte) {
  EXPECT_EQ(Base64("\xff\xef\xbe"), "/+++");
  EXPECT_EQ(Base64(std::string_view("\0\0\0", 3)), "AAAA");
}

}  // namespace
}  // namespace prewarm
