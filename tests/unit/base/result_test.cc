#include "common/base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace prewarm {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0) {
    return MakeError(ErrorCode::kInvalidArgument, "odd", "number");
  }
  return number / 2;
}

Status CheckQuarter(int number, int* quarter) {
  PREWARM_ASSIGN_OR_RETURN(const int half, Half(number));
  PREWARM_RETURN_IF_ERROR(Half(half));
  *quarter = half / 2;
  return Ok{};
}

TEST(Result, ValuePassesThroughAssign) {
  int quarter = 0;
  ASSERT_TRUE(CheckQuarter(12, &quarter).ok());
  EXPECT_EQ(quarter, 3);
}

TEST(Result, FirstErrorReturnsWithAllItSaid) {
  int quarter = 7;
  const Status status = CheckQuarter(5, &quarter);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(status.error().message, "odd");
  EXPECT_EQ(status.error().field, "number");
  EXPECT_FALSE(status.error().retry_after_seconds.has_value());
  EXPECT_EQ(quarter, 7);
}

TEST(Result, LaterErrorReturnsToo) {
  int quarter = 7;
  EXPECT_FALSE(CheckQuarter(6, &quarter).ok());
  EXPECT_EQ(quarter, 7);
}

TEST(Result, MoveOnlyValueMovesOut) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(4);
  const std::unique_ptr<int> value = std::move(result).value();
  EXPECT_EQ(*value, 4);
}

}  // namespace
}  // namespace prewarm
