#include "common/base/async.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(Async, GivesWhatTheOtherThreadFound) {
  WorkerPool pool(1);
  auto number = Async(&pool, []() -> Result<int> { return 7; });
  const auto found = AwaitFor(&number, hours(1), "the disk");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found.value(), 7);
}

TEST(Async, PassesItsErrorOn) {
  WorkerPool pool(1);
  auto failing = Async(&pool, []() -> Status {
    return MakeError(ErrorCode::kCorrupt, "block 7 is damaged");
  });
  const auto found = AwaitFor(&failing, hours(1), "the disk");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().message, "block 7 is damaged");
}

TEST(Async, WhatHangsIsNamedAtTheDeadlineAndDroppedWhenItComes) {
  std::promise<void> release;
  WorkerPool pool(1);
  auto hanging = Async(&pool, [&]() -> Result<int> {
    release.get_future().wait();
    return 7;
  });
  const auto found = AwaitFor(&hanging, milliseconds(1), "the disk");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(found.error().message, "the disk does not answer within 1 ms");
  hanging = {};
  release.set_value();  // the pool's destructor waits for it
}

}  // namespace
}  // namespace prewarm
