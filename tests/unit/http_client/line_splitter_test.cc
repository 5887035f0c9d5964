#include "warmup-controller/http_client/line_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prewarm {
namespace {

using testing::ElementsAre;

class LineSplitterTest : public testing::Test {
 protected:
  Result<bool> Feed(std::string_view piece) {
    return splitter_.Feed(piece, [this](std::string_view line) {
      lines_.emplace_back(line);
      return line != "stop";
    });
  }

  std::vector<std::string> lines_;
  LineSplitter splitter_{5};
};

TEST_F(LineSplitterTest, LinesComeWholeHoweverTheyWereCut) {
  EXPECT_TRUE(*Feed("a"));
  EXPECT_TRUE(*Feed("b\nc\n\nd"));
  EXPECT_TRUE(splitter_.in_a_line());
  EXPECT_TRUE(*Feed("\n"));
  EXPECT_FALSE(splitter_.in_a_line());
  EXPECT_THAT(lines_, ElementsAre("ab", "c", "", "d"));
}

TEST_F(LineSplitterTest, ListenerEndsIt) {
  EXPECT_FALSE(*Feed("stop\nb\n"));
  EXPECT_THAT(lines_, ElementsAre("stop"));
}

TEST_F(LineSplitterTest, LineLongerThanAllowedIsRefusedBeforeItEnds) {
  EXPECT_TRUE(Feed("12345\n").ok());
  EXPECT_EQ(Feed("123456\n").error().code, ErrorCode::kTooLarge);
  EXPECT_TRUE(Feed("123").ok());
  EXPECT_EQ(Feed("456").error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace prewarm
