#include "inference-server/engine/canary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "common/base/sha256.h"
#include "common/store/model_store.h"
#include "common/store/safetensors.h"
#include "inference-server/engine/fake/fake_engine.h"
#include "inference-server/engine/reference.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_model.h"

namespace prewarm {
namespace {

using ::testing::HasSubstr;

std::string DigestOf(const Bitmap& rgb) {
  return Sha256Hex(std::string(rgb.data.begin(), rgb.data.end()));
}

// References are compared with those of other machines and builds.
TEST(Canary, IsTheSameToTheLastByteOnEveryMachine) {
  EXPECT_EQ(DigestOf(MakeCanary(1024, 1024)),
            "6d40898002108b30c9a8a0a64996790a697dee88b5cc108f1a140fba994449ee");
  EXPECT_EQ(DigestOf(MakeCanary(64, 48)),
            "ffa243cf273bfd042d89e98cfe2ab7643a641c2f71bf1dcbeb1efcaf9792b273");
}

TEST(Canary, HasASubjectOnAGroundLitFromTheRight) {
  const Bitmap canary = MakeCanary(1024, 1024);
  const auto red = [&](std::ptrdiff_t x, int y) {
    return int{canary.row(y)[3 * x]};
  };
  EXPECT_GT(red(286, 409), red(286, 900) + 100);  // the large disc
  EXPECT_GT(red(1000, 1000), red(10, 1000));
}

// Black and white, as a matte is.
Result<Plane> Threshold(const Bitmap& rgb) {
  Plane matte = LuminanceMatte(rgb);
  for (float& value : matte.data) value = value > 0.35F ? 1.F : 0.F;
  return matte;
}

class ReferenceFile : public ::testing::Test {
 protected:
  // Writes `matte` as a file of another making would.
  void Write(const Plane& matte, const std::string& version) {
    TensorView view;
    view.shape = {matte.height, matte.width};
    view.data = reinterpret_cast<const std::uint8_t*>(matte.data.data());
    view.bytes = matte.data.size() * sizeof(float);
    ASSERT_TRUE(WriteSafetensors(path_, {{"matte", view}},
                                 {{"canary_version", version}, {"engine", "x"}})
                    .ok());
  }
  void ExpectRefused(const std::string& why) {
    const auto read = Read();
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
    EXPECT_THAT(read.error().message, HasSubstr(why));
  }

  Result<Reference> Read() const {
    const std::string bytes = TempDir::Read(path_);
    return ParseReference(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                          bytes.size(), path_);
  }

  TempDir folder_;
  const std::string path_ = folder_.File("reference.safetensors");
  FakeEngineFactory factory_;
};

TEST_F(ReferenceFile, IsReadAsItWasComputed) {
  factory_.on_infer = Threshold;
  const auto computed = ComputeReference(&factory_, {});
  ASSERT_TRUE(computed.ok()) << computed.error().message;
  ASSERT_TRUE(WriteReference(path_, *computed).ok());
  const auto read = Read();
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->matte.data, Threshold(MakeCanary(64, 64))->data);
  EXPECT_EQ(read->matte.width, 64);
  EXPECT_EQ(read->engine, "fake");
}

TEST_F(ReferenceFile, IsComputedInFp32WhateverWasAskedFor) {
  factory_.on_infer = Threshold;
  factory_.on_create = [](const EngineOptions& options) -> Status {
    EXPECT_EQ(options.precision, Precision::kFp32);
    return Ok{};
  };
  EngineOptions options;
  options.precision = Precision::kBf16;
  EXPECT_TRUE(ComputeReference(&factory_, options).ok());
}

TEST_F(ReferenceFile, WeightsThatCutNothingOutHaveNone) {
  factory_.on_infer = [](const Bitmap& rgb) -> Result<Plane> {
    return MakePlane(rgb.width, rgb.height);
  };
  const auto computed = ComputeReference(&factory_, {});
  ASSERT_FALSE(computed.ok());
  EXPECT_EQ(computed.error().code, ErrorCode::kCorrupt);
}

TEST_F(ReferenceFile, OfAnotherCanaryIsRefused) {
  Write(MakePlane(8, 8), std::to_string(kCanaryVersion + 1));
  ExpectRefused("another version of the canary");
}

TEST_F(ReferenceFile, WithValuesThatAreNoMattesIsRefused) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -0.1F, 1.1F,
                          std::numeric_limits<float>::infinity()}) {
    Plane matte = MakePlane(8, 8);
    matte.data[63] = bad;
    Write(matte, std::to_string(kCanaryVersion));
    ExpectRefused("no matte's");
    std::filesystem::remove(path_);
  }
}

TEST_F(ReferenceFile, MissingOrOtherThanTheManifestSaysIsRefused) {
  const StoredModel model = PublishTestModel(folder_.path());
  EXPECT_TRUE(ReadReference(model, Env::System()).ok());
  Plane other = LuminanceMatte(MakeCanary(64, 64));
  other.data[0] = 0.5F;
  std::filesystem::remove(model.reference_path);
  ASSERT_TRUE(WriteReference(model.reference_path, {other, "fake"}).ok());
  const auto read = ReadReference(model, Env::System());
  ASSERT_EQ(read.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(read.error().message, HasSubstr("sha256"));
  std::filesystem::remove(model.reference_path);
  EXPECT_EQ(ReadReference(model, Env::System()).error().code,
            ErrorCode::kNotFound);
}

}  // namespace
}  // namespace prewarm
