#include "inference-server/importer/inspyrenet_importer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inference-server/importer/tensor_check.h"
#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TensorView Of(const std::vector<std::int64_t>& shape) {
  TensorView view;
  view.shape = shape;
  return view;
}

TEST(TensorCheck, DifferencesAreListedByKind) {
  const std::map<std::string, std::vector<std::int64_t>> table = {
      {"a", {1}}, {"b", {2, 3}}, {"c", {4}}};
  EXPECT_TRUE(CheckTensors("X", table,
                           {{"a", Of({1})}, {"b", Of({2, 3})}, {"c", Of({4})}},
                           true)
                  .ok());
  const Status checked = CheckTensors(
      "X", table, {{"b", Of({3, 2})}, {"c", Of({4})}, {"d", Of({1})}}, true);
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(
      checked.error().message,
      AllOf(HasSubstr("weights of X"), HasSubstr("1 tensors are missing (a)"),
            HasSubstr("1 have another shape (b: 3x2 for 2x3)"),
            HasSubstr("1 are unknown (d)")));
}

TEST(TensorCheck, UnknownTensorsAreAllowedUnlessStrict) {
  EXPECT_TRUE(
      CheckTensors("X", {{"a", {1}}}, {{"a", Of({1})}, {"b", Of({9})}}, false)
          .ok());
}

TEST(TensorCheck, OfManyDifferencesTheFirstFiveAreNamed) {
  std::map<std::string, std::vector<std::int64_t>> table;
  for (const char name : std::string("abcdefg")) {
    table[std::string(1, name)] = {1};
  }
  EXPECT_THAT(CheckTensors("X", table, {}, true).error().message,
              HasSubstr("7 tensors are missing (a, b, c, d, e, ...)"));
}

TEST(InspyrenetImporter, CheckpointOfAnotherNetworkSaysWhatDiffers) {
  const std::string file =
      TempDir::Read(PREWARM_TESTDATA "/checkpoints/state_dict.pth");
  const auto weights = ReadInspyrenet(file);
  ASSERT_FALSE(weights.ok());
  EXPECT_EQ(weights.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(
      weights.error().message,
      AllOf(HasSubstr("weights of InSPyReNet"),
            HasSubstr("1396 tensors are missing"), HasSubstr("are unknown")));
}

TEST(InspyrenetImporter, WhatIsNoCheckpointIsRefused) {
  EXPECT_FALSE(ReadInspyrenet("PK").ok());
  EXPECT_FALSE(ReadInspyrenet("").ok());
}

}  // namespace
}  // namespace prewarm
