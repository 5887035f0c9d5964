#include "inference-server/engine/torch/options.h"

#include <gtest/gtest.h>

#include <string>

namespace prewarm::torch_engine {
namespace {

TEST(EngineOptions, IsNetThatIsToBlendIsRefusedWithTheFix) {
  EngineOptions options;
  options.architecture = "isnet";
  EXPECT_TRUE(CheckOptions(options).ok());
  options.blend_threshold = 512;
  const Status checked = CheckOptions(options);
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(checked.error().field, "blend-threshold");
  EXPECT_NE(checked.error().message.find("512"), std::string::npos);
  EXPECT_NE(checked.error().message.find("leave it out"), std::string::npos);
}

TEST(EngineOptions, UnknownArchitectureIsLeftToAnotherEngine) {
  EngineOptions options;
  options.architecture = "inspyrenet-base";
  options.blend_threshold = 512;
  EXPECT_EQ(CheckOptions(options).error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace prewarm::torch_engine
