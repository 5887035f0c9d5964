#include "inference-server/importer/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Load(const std::string& name) {
  return TempDir::Read(PREWARM_TESTDATA "/checkpoints/" + name);
}

template <typename T>
std::vector<T> Values(const TensorView& view) {
  std::vector<T> values(view.bytes / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), view.data, view.bytes);
  return values;
}

class StateDict : public ::testing::Test {
 protected:
  StateDict() {
    auto read = ReadCheckpoint(file_);
    EXPECT_TRUE(read.ok()) << read.error().message;
    if (read.ok()) weights_ = std::move(read).value();
  }
  const TensorView& At(const std::string& name) {
    return weights_.tensors.at(name);
  }

  const std::string file_ = Load("state_dict.pth");
  ImportedWeights weights_;
};

TEST_F(StateDict, HasEveryTensorWithItsShape) {
  EXPECT_EQ(weights_.tensors.size(), 11U);
  EXPECT_THAT(At("conv.weight").shape, ElementsAre(2, 3, 2, 2));
  EXPECT_THAT(At("count").shape, IsEmpty());
  EXPECT_THAT(At("empty").shape, ElementsAre(0, 3));
  EXPECT_EQ(At("empty").bytes, 0U);
}

TEST_F(StateDict, IsReadInEveryType) {
  EXPECT_THAT(Values<float>(At("conv.bias")), ElementsAre(1.5F, -2.5F));
  EXPECT_THAT(Values<float>(At("parameter")), ElementsAre(3));
  EXPECT_THAT(Values<std::int64_t>(At("count")), ElementsAre(7));
  EXPECT_THAT(Values<std::uint8_t>(At("mask")), ElementsAre(1, 0, 255));
  EXPECT_EQ(At("half").dtype, DType::kF16);
  EXPECT_THAT(Values<std::uint16_t>(At("half")),
              ElementsAre(0x3800, 0x3c00, 0x4000));
  EXPECT_EQ(At("brain").dtype, DType::kBF16);
  EXPECT_THAT(Values<std::uint16_t>(At("brain")),
              ElementsAre(0x3f00, 0x3f80, 0x4000));
}

TEST_F(StateDict, WhatLiesInOnePieceIsNotCopied) {
  const auto* begin = reinterpret_cast<const std::uint8_t*>(file_.data());
  for (const char* name : {"conv.weight", "whole", "mask"}) {
    EXPECT_GE(At(name).data, begin) << name;
    EXPECT_LE(At(name).data + At(name).bytes, begin + file_.size()) << name;
  }
}

TEST_F(StateDict, ViewsAreReadRowByRow) {
  EXPECT_THAT(At("turned").shape, ElementsAre(4, 3));
  EXPECT_THAT(Values<float>(At("turned")),
              ElementsAre(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11));
  EXPECT_THAT(Values<float>(At("slice")), ElementsAre(6, 10));
}

TEST(Checkpoint, OfAModuleHasItsParametersAndBuffers) {
  const std::string file = Load("module.pth");
  const auto read = ReadCheckpoint(file);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->tensors.size(), 7U);
  EXPECT_EQ(read->tensors.count("1.running_var"), 1U);
  EXPECT_EQ(read->tensors.at("1.num_batches_tracked").dtype, DType::kI64);
}

TEST(Checkpoint, ThatWouldRunCodeIsRefusedByNameAndRunsNothing) {
  const std::string mark = "/tmp/prewarm-was-here";
  std::filesystem::remove(mark);
  const std::string file = Load("evil.pth");
  const auto read = ReadCheckpoint(file);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(read.error().message, HasSubstr("posix system"));
  EXPECT_FALSE(std::filesystem::exists(mark));
}

TEST(Checkpoint, OfATrainingRunIsRefusedWithTheEntry) {
  const std::string file = Load("nested.pth");
  const auto read = ReadCheckpoint(file);
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(read.error().message, HasSubstr("\"epoch\" is no tensor"));
}

TEST(Checkpoint, OfAnOldTorchIsRefused) {
  const std::string file = Load("legacy.pth");
  EXPECT_THAT(ReadCheckpoint(file).error().message,
              HasSubstr("cut off, or no zip file"));
}

// Whatever bit is wrong: an error, or the tensors as they were.
TEST_F(StateDict, FlippedBitNeverChangesATensorUnnoticed) {
  for (std::size_t at = 0; at < file_.size(); ++at) {
    std::string damaged = file_;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    const auto read = ReadCheckpoint(damaged);
    if (!read.ok()) {
      EXPECT_FALSE(read.error().message.empty());
      continue;
    }
    ASSERT_EQ(read->tensors.size(), weights_.tensors.size()) << at;
    for (const auto& [name, view] : read->tensors) {
      ASSERT_EQ(view.shape, At(name).shape) << name << " at byte " << at;
      ASSERT_EQ(Values<std::uint8_t>(view), Values<std::uint8_t>(At(name)))
          << name << " at byte " << at;
    }
  }
}

TEST_F(StateDict, CutOffAnywhereIsAnError) {
  for (std::size_t length = 0; length < file_.size(); ++length) {
    EXPECT_FALSE(ReadCheckpoint(file_.substr(0, length)).ok()) << length;
  }
}

}  // namespace
}  // namespace prewarm
