#include "warmup-controller/commands/text_file.h"

#include <gtest/gtest.h>

#include <sstream>

namespace prewarm {
namespace {

TEST(TextFile, TextIsReadAsItIs) {
  const std::string long_one(100'000, 'x');
  for (const std::string& text :
       {std::string(), std::string("a\nb"), long_one}) {
    std::istringstream in(text);
    EXPECT_EQ(ReadText(in), text);
  }
}

TEST(TextFile, OneByteMoreThanMayBeIsRead) {
  std::istringstream in(std::string(100, 'x'));
  EXPECT_EQ(ReadText(in, 20).size(), 21U);
}

TEST(TextFile, SmallTextTakesLittleMemory) {
  std::istringstream in("kind: PrewarmPolicy");
  EXPECT_LT(ReadText(in).capacity(), 100U);
}

}  // namespace
}  // namespace prewarm
