#include <gtest/gtest.h>

#include "common/http/request_guard.h"

namespace prewarm::http {
namespace {

TEST(PercentDecode, EscapesOfBothCasesAreDecoded) {
  EXPECT_EQ(PercentDecode("%4a%4A%ff", false), "JJ\xff");
}

TEST(PercentDecode, TextWithoutEscapesIsUnchanged) {
  EXPECT_EQ(PercentDecode("abc-._~", true), "abc-._~");
  EXPECT_EQ(PercentDecode("", true), "");
}

TEST(PercentDecode, APlusIsASpaceOnlyWhereAsked) {
  EXPECT_EQ(PercentDecode("a+b", true), "a b");
  EXPECT_EQ(PercentDecode("a+b", false), "a+b");
}

TEST(PercentDecode, NothingIsDecodedTwice) {
  EXPECT_EQ(PercentDecode("%2541", false), "%41");
}

TEST(PercentDecode, AnEscapeAtTheVeryEndIsDecoded) {
  EXPECT_EQ(PercentDecode("a%20", false), "a ");
}

TEST(PercentDecode, ABadEscapeOrANulIsRefused) {
  for (const char* bad : {"%", "a%", "%1", "%g1", "%1g", "%%20", "%00"}) {
    EXPECT_FALSE(PercentDecode(bad, false)) << bad;
  }
}

}  // namespace
}  // namespace prewarm::http
