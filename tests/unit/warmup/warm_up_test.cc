#include "inference-server/warmup/warm_up.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

#include "tests/unit/warmup/warm_up_fixture.h"

namespace prewarm {
namespace {

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

TEST_F(WarmUpTest, ProofIsAllWhereASizeNeedsNoPreparing) {
  factory_.input_side = 128;
  factory_.proof_side = 64;  // as the reference
  std::vector<int> sides;
  factory_.on_infer = [&](const Bitmap& rgb) -> Result<Plane> {
    sides.push_back(rgb.width);
    return LuminanceMatte(rgb);
  };
  EXPECT_EQ(Warm().state, WarmState::kReady);
  EXPECT_EQ(sides, std::vector<int>{64});
}

TEST_F(WarmUpTest, SizeThatIsServedIsPreparedBesideASmallerProof) {
  factory_.input_side = 128;
  factory_.proof_side = 64;
  factory_.prepares_sizes = true;
  std::vector<int> sides;
  factory_.on_infer = [&](const Bitmap& rgb) -> Result<Plane> {
    sides.push_back(rgb.width);
    return LuminanceMatte(rgb);
  };
  EXPECT_EQ(Warm().state, WarmState::kReady);
  EXPECT_EQ(sides, (std::vector<int>{64, 128}));
  EXPECT_TRUE(InferOnItsThread(128).ok());
  // Proven again at the proof's size.
  sides.clear();
  warm_up_->Reprove();
  Finish();
  EXPECT_EQ(sides, std::vector<int>{64});
}

TEST_F(WarmUpTest, FailureAtTheSizeThatIsPreparedIsNoWarmth) {
  factory_.input_side = 128;
  factory_.proof_side = 64;
  factory_.prepares_sizes = true;
  factory_.on_infer = [](const Bitmap& rgb) -> Result<Plane> {
    if (rgb.width == 128) {
      return MakeError(ErrorCode::kResourceExhausted, "no memory");
    }
    return LuminanceMatte(rgb);
  };
  const WarmStatus status = Warm();
  EXPECT_EQ(status.state, WarmState::kFailed);
  EXPECT_EQ(status.reason, "no memory");
}

TEST_F(WarmUpTest, EngineThatCannotServeHereIsNotMade) {
  WarmUpOptions options;
  options.model = "isnet";
  options.check_engine = [](const EngineInfo& info) -> Status {
    return MakeError(ErrorCode::kInvalidArgument,
                     "no room for " + info.model + " of " +
                         std::to_string(info.input_width));
  };
  WarmUp warm_up(
      options, &*volume_,
      [this]() -> Result<EngineFactory*> { return &factory_; }, &*inference_,
      clock_);
  warm_up.Start();
  Finish();
  EXPECT_EQ(warm_up.status().state, WarmState::kFailed);
  EXPECT_EQ(warm_up.status().reason, "no room for isnet of 64");
  EXPECT_EQ(created_, 0);
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
