#include "inference-server/engine/fake/fake_engine.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

Result<std::unique_ptr<Engine>> Make(FakeEngineFactory* factory) {
  EngineOptions options;
  options.model = "isnet";
  options.digest = "00ff";
  return factory->Create(options);
}

TEST(FakeEngine, MatteIsTheLuminance) {
  FakeEngineFactory factory;
  factory.input_side = 2;
  auto engine = Make(&factory);
  ASSERT_TRUE(engine.ok());
  Bitmap rgb = MakeBitmap(2, 2, 3);
  rgb.data = {255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255};
  const auto matte = engine.value()->Infer(rgb);
  ASSERT_TRUE(matte.ok());
  EXPECT_FLOAT_EQ(matte.value().data[0], 1.F);
  EXPECT_FLOAT_EQ(matte.value().data[1], 0.F);
  EXPECT_FLOAT_EQ(matte.value().data[2], 1.F / 3);
  EXPECT_FLOAT_EQ(matte.value().data[3], 2.F / 3);
}

TEST(FakeEngine, InfoRepeatsTheOptions) {
  FakeEngineFactory factory;
  auto engine = Make(&factory);
  ASSERT_TRUE(engine.ok());
  EXPECT_EQ(engine.value()->info().model, "isnet");
  EXPECT_EQ(engine.value()->info().digest, "00ff");
  EXPECT_EQ(engine.value()->info().input_width, 64);
}

TEST(FakeEngine, WrongInputSizeIsRefusedAsARealEngineDoes) {
  FakeEngineFactory factory;
  auto engine = Make(&factory);
  ASSERT_TRUE(engine.ok());
  EXPECT_FALSE(engine.value()->Infer(MakeBitmap(63, 64, 3)).ok());
  EXPECT_FALSE(engine.value()->Infer(MakeBitmap(64, 64, 4)).ok());
}

TEST(FakeEngine, HooksDecideWhatHappens) {
  FakeEngineFactory factory;
  factory.on_infer = [](const Bitmap&) -> Result<Plane> {
    return MakeError(ErrorCode::kInternal, "broken");
  };
  auto engine = Make(&factory);
  ASSERT_TRUE(engine.ok());
  const auto matte = engine.value()->Infer(MakeBitmap(64, 64, 3));
  ASSERT_FALSE(matte.ok());
  EXPECT_EQ(matte.error().message, "broken");
  factory.on_create = [](const EngineOptions&) -> Status {
    return MakeError(ErrorCode::kCorrupt, "no weights");
  };
  EXPECT_EQ(Make(&factory).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace prewarm
