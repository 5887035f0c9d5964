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

TEST(Base64, IsReadBack) {
  for (const char* text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    EXPECT_EQ(FromBase64(Base64(text)), text);
  }
  EXPECT_EQ(FromBase64("Zm9v\nYmE=\n"), "fooba");
  EXPECT_EQ(FromBase64("/+++"), "\xff\xef\xbe");
}

TEST(Base64, WhatIsNoneIsNotRead) {
  for (const char* text : {"Z", "Zg", "Zg=", "Z===", "=", "Zg==Zg==", "Zm=v",
                           "Zm 9v", "Zm9-", "Zm9v="}) {
    EXPECT_EQ(FromBase64(text), std::nullopt) << text;
  }
}

TEST(Base64Url, IsNotPaddedAndHasItsOwnLetters) {
  EXPECT_EQ(Base64Url("\xfb\xff"), "-_8");
  EXPECT_EQ(Base64Url(""), "");
  EXPECT_EQ(FromBase64Url("-_8"), "\xfb\xff");
  EXPECT_EQ(FromBase64Url("YQ"), "a");
}

TEST(Base64Url, WhatHasASecondSpellingIsNone) {
  for (const char* text : {"+/8", "YQ==", "YR", "Y", "Y Q", "YQ\n"}) {
    EXPECT_FALSE(FromBase64Url(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace prewarm
