#include "warmup-controller/commands/exit_deadline.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace prewarm {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(ExitDeadlineTest, ProcessWhoseEndHangsEndsAllTheSame) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        ExitDeadline deadline;
        deadline.Arm(milliseconds(1));
        std::this_thread::sleep_for(hours(1));
      },
      testing::ExitedWithCode(1), "ended_hard");
}

TEST(ExitDeadlineTest, WhoEndsInTimeIsLeftAlone) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        ExitDeadline deadline;
        deadline.Arm(hours(1));
        deadline.Disarm();
        deadline.Arm(milliseconds(0));
        std::exit(7);
      },
      testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace prewarm
