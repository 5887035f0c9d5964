#include "inference-server/importer/progress_line.h"

#include <gtest/gtest.h>

#include <sstream>

namespace prewarm {
namespace {

using std::chrono::milliseconds;

constexpr SteadyTime kStart{std::chrono::seconds(100)};

TEST(ProgressLine, SaysHowFarAndHowFast) {
  std::ostringstream out;
  ProgressLine line("a.pth", true, out);
  line.Show(kStart, 20000000, 40000000);
  EXPECT_EQ(out.str(), "a.pth  20.0 of 40.0 MB, 50 %");
  out.str("");
  // The speed is that of this run.
  line.Show(kStart + milliseconds(2000), 30000000, 40000000);
  EXPECT_EQ(out.str().substr(out.str().rfind('\r')),
            "\ra.pth  30.0 of 40.0 MB, 75 %, 5.0 MB/s");
}

TEST(ProgressLine, KnowsNoShareOfAnUnknownSize) {
  std::ostringstream out;
  ProgressLine line("a.pth", true, out);
  line.Show(kStart, 1500000, std::nullopt);
  EXPECT_EQ(out.str(), "a.pth  1.5 MB");
}

TEST(ProgressLine, IsNotDrawnMoreThanAFewTimesASecond) {
  std::ostringstream out;
  ProgressLine line("a.pth", true, out);
  line.Show(kStart, 1, 10);
  out.str("");
  line.Show(kStart + milliseconds(199), 2, 10);
  EXPECT_EQ(out.str(), "");
  line.Show(kStart + milliseconds(200), 3, 10);
  EXPECT_NE(out.str(), "");
}

TEST(ProgressLine, LeavesNothingBehind) {
  std::ostringstream out;
  {
    ProgressLine line("a", true, out);
    line.Show(kStart, 0, std::nullopt);
    out.str("");
  }
  EXPECT_EQ(out.str(), "\r" + std::string(9, ' ') + "\r");
}

TEST(ProgressLine, IsSilentWhereThereIsNoTerminal) {
  std::ostringstream out;
  {
    ProgressLine line("a", false, out);
    line.Show(kStart, 0, std::nullopt);
  }
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace prewarm
