#include "warmup-controller/commands/wrap.h"

#include <gtest/gtest.h>

#include <string>

namespace prewarm {
namespace {

TEST(Wrap, LineThatFitsIsKept) {
  const std::string line(80, 'a');
  EXPECT_EQ(Wrapped(line), line + "\n");
  EXPECT_EQ(Wrapped("a  b\n\nc"), "a  b\n\nc\n");
}

TEST(Wrap, LongLineGoesOnIndented) {
  const std::string long_word(75, 'a');
  EXPECT_EQ(Wrapped(long_word + " bbb cccc"), long_word + " bbb\n    cccc\n");
}

TEST(Wrap, LongWordStaysWhole) {
  const std::string word(100, 'a');
  EXPECT_EQ(Wrapped("b " + word + " c"), "b\n    " + word + "\n    c\n");
}

TEST(Wrap, CharactersCountAndNotTheirBytes) {
  std::string line;
  for (int i = 0; i < 78; ++i) line += "\u00e4";
  EXPECT_EQ(Wrapped(line + " b"), line + " b\n");
}

}  // namespace
}  // namespace prewarm
