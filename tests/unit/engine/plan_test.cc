// What the real engines say of a network before they are made.
#include <gtest/gtest.h>

#include "inference-server/engine/loader.h"

namespace prewarm {
namespace {

// As each network's authors do: transparent-background aligns the corners,
// DIS does not.
TEST(Plan, SaysHowTheMatteIsStretched) {
  auto factory = LoadEngineFactory("torch");
  ASSERT_TRUE(factory.ok()) << factory.error().message;
  EngineOptions options;
  for (const char* kind : {"base", "base-nightly", "fast"}) {
    options.architecture = std::string("inspyrenet-") + kind;
    const auto info = factory.value()->Plan(options);
    ASSERT_TRUE(info.ok()) << info.error().message;
    EXPECT_TRUE(info.value().align_corners) << kind;
  }
  options.architecture = "isnet";
  const auto info = factory.value()->Plan(options);
  ASSERT_TRUE(info.ok()) << info.error().message;
  EXPECT_FALSE(info.value().align_corners);
}

}  // namespace
}  // namespace prewarm
