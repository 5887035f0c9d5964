// What an engine, a device or a clock can do to a warm-up.
#include <gmock/gmock.h>

#include <algorithm>
#include <limits>

#include "tests/unit/warmup/warm_up_fixture.h"

namespace prewarm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TroubledWarmUp : public WarmUpTest {};

TEST_F(TroubledWarmUp, EngineOfNansIsNeverReady) {
  factory_.on_infer = [](const Bitmap& rgb) -> Result<Plane> {
    Plane matte = LuminanceMatte(rgb);
    matte.data[17] = std::numeric_limits<float>::quiet_NaN();
    return matte;
  };
  const WarmStatus status = Warm();
  EXPECT_EQ(status.state, WarmState::kFailed);
  EXPECT_FALSE(status.verified.passed);
  EXPECT_FALSE(InferOnItsThread().ok());
}

TEST_F(TroubledWarmUp, EngineOfOneConstantIsNeverReady) {
  factory_.on_infer = [](const Bitmap& rgb) -> Result<Plane> {
    return MakePlane(rgb.width, rgb.height);
  };
  EXPECT_EQ(Warm().state, WarmState::kFailed);
}

TEST_F(TroubledWarmUp, EngineThatIsOffTheReferenceIsNeverReady) {
  factory_.on_infer = [](const Bitmap& rgb) -> Result<Plane> {
    Plane matte = LuminanceMatte(rgb);
    for (float& each : matte.data) each = each * 0.9F;
    return matte;
  };
  const WarmStatus status = Warm();
  EXPECT_EQ(status.state, WarmState::kFailed);
  EXPECT_GT(status.verified.max_abs_error, 0.01);
  EXPECT_THAT(status.reason, testing::HasSubstr("canary"));
}

// A machine that was suspended, or a host that moved it.
TEST_F(TroubledWarmUp, ClockThatLeapsCostsOneRecordAndNothingElse) {
  Finish();  // before another takes its place
  for (int i = 0; i < 6; ++i) {
    warm_up_ = Make();
    Warm();
  }
  const double usual = Warm().total_ms;
  warm_up_ = Make();
  std::vector<double> progress;
  const auto id = warm_up_->Observe([&](const WarmStatus& status) {
    if (status.state != WarmState::kWarming) return;
    progress.push_back(status.progress);
  });
  factory_.on_create = [this](const EngineOptions&) -> Status {
    clock_.Leap(std::chrono::hours(1));
    return Ok{};
  };
  const WarmStatus leapt = Warm();
  warm_up_->Forget(id);
  EXPECT_EQ(leapt.state, WarmState::kReady);
  EXPECT_TRUE(leapt.verified.passed);
  EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
  EXPECT_LT(progress.back(), 1);
  const auto next = Make();
  Finish();
  EXPECT_LT(next->status().eta_ms.value(), 2 * usual);
}

TEST_F(TroubledWarmUp, DeviceLostAtTheStartIsReportedWithItsName) {
  factory_.on_create = [](const EngineOptions&) -> Status {
    return MakeError(ErrorCode::kDeviceLost, "no GPU answers", "cuda");
  };
  const WarmStatus status = Warm();
  EXPECT_EQ(status.state, WarmState::kFailed);
  EXPECT_EQ(status.reason, "no GPU answers");
  EXPECT_THAT(losses_, ElementsAre("cuda: no GPU answers"));
}

TEST_F(TroubledWarmUp, DeviceLostWhileServingIsReportedAndAskedToRetry) {
  std::atomic<bool> lost{false};
  factory_.on_infer = [&](const Bitmap& rgb) -> Result<Plane> {
    if (!lost) return LuminanceMatte(rgb);
    return MakeError(ErrorCode::kDeviceLost, "an illegal access", "cuda");
  };
  Warm();
  lost = true;
  const auto matte = InferOnItsThread();
  ASSERT_FALSE(matte.ok());
  EXPECT_EQ(matte.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(warm_up_->status().state, WarmState::kFailed);
  EXPECT_THAT(losses_, ElementsAre("cuda: an illegal access"));
}

TEST_F(TroubledWarmUp, OtherFailuresAreNoLossOfTheDevice) {
  factory_.on_create = [](const EngineOptions&) -> Status {
    return MakeError(ErrorCode::kUnavailable, "no kernels");
  };
  EXPECT_EQ(Warm().state, WarmState::kFailed);
  EXPECT_THAT(losses_, IsEmpty());
}

}  // namespace
}  // namespace prewarm
