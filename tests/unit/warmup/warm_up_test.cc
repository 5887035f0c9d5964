#include "inference-server/warmup/warm_up.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <limits>
#include <optional>
#include <thread>

#include "inference-server/engine/canary.h"
#include "inference-server/engine/fake/fake_engine.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_model.h"

namespace prewarm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Moves by hand; every reading takes a millisecond, so that phases last.
class HandClock : public Clock {
 public:
  SteadyTime Now() const override {
    return SteadyTime(std::chrono::milliseconds(++millis_));
  }
  void Leap(std::chrono::milliseconds by) {
    millis_ += static_cast<int>(by.count());
  }
  WallTime WallNow() const override { return WallTime(); }

 private:
  mutable std::atomic<int> millis_{0};
};

class WarmUpTest : public testing::Test {
 protected:
  WarmUpTest() {
    PublishTestModel(folder_.path());
    inference_.emplace(1);
    io_.emplace(1);
    volume_.emplace(VolumeOptions{folder_.path()}, Env::System(), &*io_);
    warm_up_ = Make();
    factory_.on_create = [this](const EngineOptions& options) -> Status {
      ++created_;
      from_state_ = options.prepared != nullptr;
      return Ok{};
    };
  }
  ~WarmUpTest() override { Finish(); }

  // As another process on the same store.
  std::unique_ptr<WarmUp> Make(const std::string& model = "isnet") {
    return std::make_unique<WarmUp>(
        WarmUpOptions{model, Precision::kAuto, 0, "this machine",
                      [this](const DeviceLoss& loss) {
                        losses_.push_back(loss.device + ": " + loss.reason);
                      }},
        &*volume_,
        [this]() -> Result<EngineFactory*> {
          ++opened_;
          return &factory_;
        },
        &*inference_, clock_);
  }

  // Runs all that was posted to the inference thread, then to the volume's.
  void Finish() {
    for (WorkerPool* pool : {&*inference_, &*io_}) {
      std::promise<void> reached;
      pool->Post([&] { reached.set_value(); });
      reached.get_future().wait();
    }
  }
  WarmStatus Warm() {
    warm_up_->Start();
    Finish();
    return warm_up_->status();
  }
  Result<Plane> InferOnItsThread(int side = 64) {
    Result<Plane> matte = Plane{};
    inference_->Post([&] { matte = warm_up_->Infer(MakeCanary(side, side)); });
    Finish();
    return matte;
  }

  TempDir folder_;
  HandClock clock_;
  FakeEngineFactory factory_;
  std::atomic<int> opened_{0}, created_{0};
  std::atomic<bool> from_state_{false};
  std::vector<std::string> losses_;  // read after Finish
  std::optional<WorkerPool> inference_, io_;
  std::optional<Volume> volume_;
  std::unique_ptr<WarmUp> warm_up_;
};

TEST_F(WarmUpTest, StartsColdAndDoesNothingUnasked) {
  Finish();
  EXPECT_EQ(warm_up_->status().state, WarmState::kCold);
  EXPECT_EQ(opened_, 0);
  EXPECT_FALSE(InferOnItsThread().ok());
}

TEST_F(WarmUpTest, EndsReadyWithEveryPhaseTimedAndTheCanaryProven) {
  const WarmStatus status = Warm();
  EXPECT_EQ(status.state, WarmState::kReady);
  EXPECT_TRUE(status.verified.passed);
  EXPECT_TRUE(status.proven);
  EXPECT_FALSE(status.running);
  EXPECT_EQ(status.progress, 1);
  EXPECT_EQ(status.eta_ms, 0);
  EXPECT_EQ(status.engine.build, "fake");
  std::vector<std::string> names;
  for (const PhaseTiming& phase : status.phases) {
    names.push_back(phase.name);
    EXPECT_GT(phase.duration_ms, 0);
    EXPECT_LE(phase.start_ms + phase.duration_ms, status.total_ms);
  }
  // The volume's thread reads while the library loads.
  EXPECT_THAT(names, testing::UnorderedElementsAre(
                         "library_load", "weights_map", "device_init", "bind",
                         "first_inference", "verify"));
  EXPECT_TRUE(InferOnItsThread().ok());
}

TEST_F(WarmUpTest, TwoCallersLoadTheEngineOnce) {
  std::promise<void> release;
  const auto released = release.get_future().share();
  factory_.on_create = [&](const EngineOptions&) -> Status {
    ++created_;
    released.wait();
    return Ok{};
  };
  std::thread one([&] { warm_up_->Start(); });
  std::thread two([&] { warm_up_->Start(); });
  one.join();
  two.join();
  warm_up_->Start();  // while it runs
  release.set_value();
  Finish();
  warm_up_->Start();  // when it is ready
  Finish();
  EXPECT_EQ(opened_, 1);
  EXPECT_EQ(created_, 1);
}

TEST_F(WarmUpTest, FailureSaysWhyAndCanBeRetried) {
  factory_.on_create = [](const EngineOptions&) -> Status {
    return MakeError(ErrorCode::kCorrupt, "block 7 is damaged");
  };
  const WarmStatus failed = Warm();
  EXPECT_EQ(failed.state, WarmState::kFailed);
  EXPECT_EQ(failed.reason, "block 7 is damaged");
  EXPECT_FALSE(failed.proven);
  EXPECT_FALSE(InferOnItsThread().ok());
  EXPECT_GE(WhyNotWarm(failed).retry_after_seconds.value_or(0), 1);

  factory_.on_create = nullptr;
  const WarmStatus retried = Warm();
  EXPECT_EQ(retried.state, WarmState::kReady);
  EXPECT_EQ(retried.reason, "");
}

TEST_F(WarmUpTest, MissingLibraryOrModelIsAReason) {
  WarmUp no_library(
      {"isnet", Precision::kAuto, 0}, &*volume_,
      []() -> Result<EngineFactory*> {
        return MakeError(ErrorCode::kUnavailable, "no such library");
      },
      &*inference_, clock_);
  no_library.Start();
  const auto no_model = Make("other");
  no_model->Start();
  Finish();
  EXPECT_EQ(no_library.status().reason, "no such library");
  EXPECT_EQ(no_model->status().state, WarmState::kFailed);
  EXPECT_THAT(no_model->status().reason, testing::HasSubstr("isnet"));
}

TEST_F(WarmUpTest, EngineOfNansIsNeverReady) {
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

TEST_F(WarmUpTest, EngineOfOneConstantIsNeverReady) {
  factory_.on_infer = [](const Bitmap& rgb) -> Result<Plane> {
    return MakePlane(rgb.width, rgb.height);
  };
  EXPECT_EQ(Warm().state, WarmState::kFailed);
}

TEST_F(WarmUpTest, EngineThatIsOffTheReferenceIsNeverReady) {
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

TEST_F(WarmUpTest, ObserverSeesItAllInOrderAndProgressNeverFalls) {
  std::vector<WarmStatus> seen;
  const auto id = warm_up_->Observe(
      [&](const WarmStatus& status) { seen.push_back(status); });
  ASSERT_EQ(seen.size(), 1U);  // at once
  EXPECT_EQ(seen[0].state, WarmState::kCold);
  Warm();
  warm_up_->Forget(id);
  for (std::size_t i = 1; i < seen.size(); ++i) {
    EXPECT_GE(seen[i].progress, seen[i - 1].progress);
    EXPECT_GT(seen[i].version, seen[i - 1].version);
  }
  EXPECT_EQ(seen.back().state, WarmState::kReady);
  EXPECT_EQ(seen.back().progress, 1);
  const std::size_t before = seen.size();
  warm_up_->MarkFailed("x");
  EXPECT_EQ(seen.size(), before);  // forgotten
}

TEST_F(WarmUpTest, SecondWarmUpHasAnEtaForAskersAndObservers) {
  EXPECT_FALSE(warm_up_->status().eta_ms.has_value());
  const double took = Warm().total_ms;
  warm_up_->MarkFailed("an inference broke");
  std::vector<std::optional<double>> etas;
  const auto id = warm_up_->Observe([&](const WarmStatus& status) {
    if (status.state == WarmState::kWarming) etas.push_back(status.eta_ms);
  });
  Warm();
  warm_up_->Forget(id);
  ASSERT_FALSE(etas.empty());
  for (const auto& eta : etas) {
    ASSERT_TRUE(eta.has_value());
    EXPECT_LE(*eta, took);
  }
}

TEST_F(WarmUpTest, BrokenInferenceIsProvenAgainWithTheEngineThatIsThere) {
  Warm();
  warm_up_->MarkFailed("an inference broke");
  EXPECT_EQ(warm_up_->status().state, WarmState::kFailed);
  EXPECT_FALSE(InferOnItsThread().ok());
  EXPECT_EQ(Warm().state, WarmState::kReady);
  EXPECT_EQ(created_, 1);
}

TEST_F(WarmUpTest, OnlyAReadyServerCanBreak) {
  warm_up_->MarkFailed("x");
  EXPECT_EQ(warm_up_->status().state, WarmState::kCold);
}

TEST_F(WarmUpTest, DrainingIsForEverButKeepsTheEngineForWhatWasAccepted) {
  Warm();
  warm_up_->MarkDraining();
  EXPECT_EQ(Warm().state, WarmState::kDraining);
  EXPECT_TRUE(warm_up_->status().proven);
  EXPECT_TRUE(InferOnItsThread().ok());
}

TEST_F(WarmUpTest, WarmUpThatRunsWhenTheDrainBeginsIsBroughtToItsEnd) {
  factory_.on_create = [this](const EngineOptions&) -> Status {
    warm_up_->MarkDraining();
    return Ok{};
  };
  const WarmStatus status = Warm();
  EXPECT_EQ(status.state, WarmState::kDraining);
  EXPECT_TRUE(status.proven);
  EXPECT_FALSE(status.running);
}

TEST_F(WarmUpTest, ColdServerThatDrainsStaysUnproven) {
  warm_up_->MarkDraining();
  const WarmStatus status = Warm();
  EXPECT_EQ(status.state, WarmState::kDraining);
  EXPECT_FALSE(status.proven);
  EXPECT_FALSE(status.running);
  EXPECT_EQ(opened_, 0);
}

TEST_F(WarmUpTest, ProgressAndEtaOfARunningWarmUpComeFromThePast) {
  Warm();
  const auto second = Make();
  Finish();                                          // the history is read
  EXPECT_TRUE(second->status().eta_ms.has_value());  // cold: if started now
  std::vector<double> progress;
  const auto id = second->Observe([&](const WarmStatus& status) {
    if (status.state != WarmState::kWarming) return;
    EXPECT_TRUE(status.eta_ms.has_value());
    EXPECT_GE(*status.eta_p90_ms, *status.eta_ms);
    progress.push_back(status.progress);
  });
  second->Start();
  Finish();
  second->Forget(id);
  ASSERT_GT(progress.size(), 5U);
  EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
  EXPECT_LT(progress.back(), 1);
  EXPECT_EQ(second->status().progress, 1);
  EXPECT_TRUE(second->status().eta_error_ms.has_value());
}

// A machine that was suspended, or a host that moved it.
TEST_F(WarmUpTest, ClockThatLeapsCostsOneRecordAndNothingElse) {
  for (int i = 0; i < 6; ++i) {
    warm_up_ = Make();
    Warm();
  }
  const double usual = Warm().total_ms;
  warm_up_ = Make();
  std::vector<double> progress;
  const auto id = warm_up_->Observe([&](const WarmStatus& status) {
    if (status.state == WarmState::kWarming)
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

TEST_F(WarmUpTest, DeviceLostAtTheStartIsReportedWithItsName) {
  factory_.on_create = [](const EngineOptions&) -> Status {
    return MakeError(ErrorCode::kDeviceLost, "no GPU answers", "cuda");
  };
  const WarmStatus status = Warm();
  EXPECT_EQ(status.state, WarmState::kFailed);
  EXPECT_EQ(status.reason, "no GPU answers");
  EXPECT_THAT(losses_, ElementsAre("cuda: no GPU answers"));
}

TEST_F(WarmUpTest, DeviceLostWhileServingIsReportedAndAskedToRetry) {
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

TEST_F(WarmUpTest, OtherFailuresAreNoLossOfTheDevice) {
  factory_.on_create = [](const EngineOptions&) -> Status {
    return MakeError(ErrorCode::kUnavailable, "no kernels");
  };
  EXPECT_EQ(Warm().state, WarmState::kFailed);
  EXPECT_THAT(losses_, IsEmpty());
}

TEST_F(WarmUpTest, ReproofOfAGoodEngineKeepsItReady) {
  Warm();
  const unsigned before = warm_up_->status().version;
  warm_up_->Reprove();
  Finish();
  EXPECT_EQ(warm_up_->status().state, WarmState::kReady);
  EXPECT_GT(warm_up_->status().version, before);
  EXPECT_EQ(created_, 1);
}

TEST_F(WarmUpTest, EngineThatFailsItsReproofIsMadeAnew) {
  bool damaged = false;
  factory_.on_infer = [&](const Bitmap& rgb) -> Result<Plane> {
    return damaged ? MakePlane(rgb.width, rgb.height) : LuminanceMatte(rgb);
  };
  Warm();
  std::vector<WarmState> seen;
  const auto id = warm_up_->Observe([&](const WarmStatus& status) {
    if (seen.empty() || seen.back() != status.state) {
      seen.push_back(status.state);
    }
    if (status.state == WarmState::kFailed) damaged = false;
  });
  damaged = true;
  warm_up_->Reprove();
  Finish();
  Finish();  // what that posted
  warm_up_->Forget(id);
  EXPECT_THAT(seen,
              testing::ElementsAre(WarmState::kReady, WarmState::kFailed,
                                   WarmState::kWarming, WarmState::kReady));
  EXPECT_EQ(created_, 2);
}

TEST_F(WarmUpTest, ReproofOfAColdServerStartsNothing) {
  warm_up_->Reprove();
  Finish();
  EXPECT_EQ(warm_up_->status().state, WarmState::kCold);
  EXPECT_EQ(opened_, 0);
}

}  // namespace
}  // namespace prewarm
