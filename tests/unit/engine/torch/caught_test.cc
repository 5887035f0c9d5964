#include "inference-server/engine/torch/caught.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>

namespace prewarm::torch_engine {
namespace {

// Nothing where it went well.
std::optional<ErrorCode> CodeOf(Result<int> (*work)()) {
  const auto result = Caught(work);
  if (result.ok()) return std::nullopt;
  return result.error().code;
}

TEST(Caught, TensorThatNoMemoryHoldsIsNoInternalError) {
  EXPECT_EQ(CodeOf([]() -> Result<int> {
              constexpr std::int64_t kBeyondAnyMachine = std::int64_t{1} << 50;
              return static_cast<int>(at::empty({kBeyondAnyMachine}).dim());
            }),
            ErrorCode::kResourceExhausted);
}

TEST(Caught, AllocationOfOurOwnThatFailsIsTheSame) {
  EXPECT_EQ(CodeOf([]() -> Result<int> { throw std::bad_alloc(); }),
            ErrorCode::kResourceExhausted);
}

TEST(Caught, WhateverElseIsThrownIsInternal) {
  EXPECT_EQ(CodeOf([]() -> Result<int> { throw std::runtime_error("x"); }),
            ErrorCode::kInternal);
  EXPECT_EQ(CodeOf([]() -> Result<int> { throw 1; }), ErrorCode::kInternal);
}

TEST(Caught, ErrorsThatAreValuesPass) {
  EXPECT_EQ(CodeOf([]() -> Result<int> {
              return MakeError(ErrorCode::kCorrupt, "x");
            }),
            ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace prewarm::torch_engine
