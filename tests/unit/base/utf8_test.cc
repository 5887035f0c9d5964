#include "common/base/utf8.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

TEST(Utf8, ExcerptIsCutBetweenCharacters) {
  std::string text(59, 'a');
  text += "\u00e4b";
  EXPECT_EQ(Excerpt(text), std::string(59, 'a') + "...");
  EXPECT_EQ(Excerpt("short"), "short");
}

TEST(Utf8, ExcerptIsOneLine) { EXPECT_EQ(Quoted("a\nb\tc"), "\"a b c\""); }

TEST(Utf8, ControlCharactersAreNoText) {
  EXPECT_FALSE(IsUtf8Text("a\x1b[31m"));
  EXPECT_TRUE(IsUtf8Text("a\r\n\tb"));
}

}  // namespace
}  // namespace prewarm
