// The real engine on damaged or strange weights: errors, never a mask.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inference-server/engine/isnet/table.h"
#include "inference-server/engine/loader.h"
#include "tests/unit/engine/weights_file.h"

namespace prewarm {
namespace {

using isnet::FileTensors;
using ::testing::HasSubstr;

Result<std::unique_ptr<Engine>> Create(
    const std::string& engine, Precision precision,
    const std::function<void(FileTensors*)>& damage,
    const std::string& architecture = "isnet") {
  PREWARM_ASSIGN_OR_RETURN(EngineFactory * factory, LoadEngineFactory(engine));
  EngineOptions options;
  options.weights = isnet::MapWeightsFile("damage", damage);
  options.architecture = architecture;
  options.precision = precision;
  return factory->Create(options);
}

// Logits of infinity minus infinity: finite weights, yet no mask.
void MakeLogitsNan(FileTensors* tensors) {
  isnet::FileTensor& bias = (*tensors)["stage1d.rebnconvin.conv_s1.bias"];
  bias.dtype = "F32";
  bias.data = isnet::Floats(std::vector<float>(64, 1e30F));
  isnet::FileTensor& side = (*tensors)["side1.weight"];
  side.dtype = "F32";
  std::vector<float> values(std::size_t{64} * 9, 1e30F);
  for (std::size_t i = 0; i < values.size(); i += 2) values[i] = -1e30F;
  side.data = isnet::Floats(values);
}

void ExpectNoMatte(const std::string& engine_name, Precision precision) {
  auto engine = Create(engine_name, precision, MakeLogitsNan);
  ASSERT_TRUE(engine.ok()) << engine.error().message;
  const auto matte =
      engine.value()->Infer(MakeBitmap(isnet::kSide, isnet::kSide, 3));
  ASSERT_FALSE(matte.ok()) << engine.value()->info().precision;
  EXPECT_EQ(matte.error().code, ErrorCode::kInternal);
  EXPECT_THAT(matte.error().message, HasSubstr("not finite"));
}

class DamagedWeights : public ::testing::TestWithParam<const char*> {};

TEST_P(DamagedWeights, WrongShapeIsRefusedWithTheTensorsName) {
  const auto engine =
      Create(GetParam(), Precision::kFp32, [](FileTensors* tensors) {
        (*tensors)["stage2.rebnconv3.conv_s1.weight"].shape = {32, 32, 3, 4};
      });
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(engine.error().field, "stage2.rebnconv3.conv_s1.weight");
}

TEST_P(DamagedWeights, NanInWeightsIsRefusedWithTheTensorsName) {
  const auto engine =
      Create(GetParam(), Precision::kFp32, [](FileTensors* tensors) {
        (*tensors)["stage4d.rebnconv1d.conv_s1.weight"].data =
            isnet::Halves(0x7e00, 1);
      });
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(engine.error().field, "stage4d.rebnconv1d.conv_s1.weight");
}

TEST_P(DamagedWeights, OutputThatIsNotFiniteIsAnError) {
  ExpectNoMatte(GetParam(), Precision::kFp32);
}

TEST(DamagedWeightsInBf16, OutputThatIsNotFiniteIsAnError) {
  ExpectNoMatte("fused", Precision::kBf16);
}

TEST_P(DamagedWeights, UnknownArchitectureIsUnsupported) {
  const auto engine = Create(
      GetParam(), Precision::kFp32, [](FileTensors*) {}, "inspyrenet");
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(engine.error().message, HasSubstr("inspyrenet"));
}

TEST_P(DamagedWeights, NoneAreRefused) {
  auto factory = LoadEngineFactory(GetParam());
  ASSERT_TRUE(factory.ok()) << factory.error().message;
  EngineOptions options;
  options.architecture = "isnet";
  EXPECT_EQ(factory.value()->Create(options).error().code,
            ErrorCode::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(Engines, DamagedWeights,
                         ::testing::Values("fused", "torch"),
                         [](const auto& info) {
                           return std::string(info.param);
                         });

}  // namespace
}  // namespace prewarm
