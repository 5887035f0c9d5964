// A server of two models: each is proven, kept, lost and proven again by
// itself, and ready means both.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "common/store/state_paths.h"
#include "tests/unit/warmup/warm_up_fixture.h"

namespace prewarm {
namespace {

namespace fs = std::filesystem;

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr char kQuick[] = "quick";  // as mode=fast serves it
constexpr int kQuickSide = 32;
constexpr std::size_t kBytes = 1 << 16;

class TwoModels : public WarmUpTest {
 protected:
  TwoModels() {
    GuardMappings();
    PublishTestModel(folder_.path(), kQuickSide, kQuick, "weights of quick",
                     "2026-01-01T00:00:00Z", "inspyrenet-fast", InvertedMatte);
    factory_.layout = "isa 7";
    factory_.on_plan = [this](const EngineOptions& options) -> Status {
      factory_.input_side = options.model == kQuick ? kQuickSide : 64;
      return Ok{};
    };
    factory_.on_create = [this](const EngineOptions& options) -> Status {
      const std::string& model = options.model;
      made_.push_back(model +
                      (options.prepared != nullptr ? " from state" : ""));
      if (broken_.count(model) != 0) return broken_.at(model);
      const std::string& own = bytes_.at(model);
      const TensorView view = ViewOf({own.data(), kBytes});
      factory_.prepared["weights"] = view;
      const std::uint8_t* used = options.prepared != nullptr
                                     ? options.prepared->at("weights").data
                                     : view.data;
      factory_.on_infer = [this, model, used,
                           letter = static_cast<std::uint8_t>(own[0])](
                              const Bitmap& rgb) -> Result<Plane> {
        if (odd_.count(model) != 0) return odd_.at(model)(rgb);
        Plane matte =
            model == kQuick ? InvertedMatte(rgb) : LuminanceMatte(rgb);
        for (std::size_t i = 0; i < kBytes; i += 4096) {
          if (used[i] != letter) matte.data[i / 4096] = 0.5F;
        }
        return matte;
      };
      return Ok{};
    };
    Finish();  // before another takes its place
    warm_up_ = Make("isnet", kQuick);
  }

  Result<Plane> Cut(Mode mode) {
    Result<Plane> matte = Plane{};
    const int side = mode == Mode::kFast ? kQuickSide : 64;
    inference_->Post(
        [&] { matte = warm_up_->Infer(MakeCanary(side, side), mode); });
    Finish();
    Finish();  // what that posted
    return matte;
  }
  void ExpectBothRight() {
    const auto base = Cut(Mode::kBase);
    const auto fast = Cut(Mode::kFast);
    ASSERT_TRUE(base.ok() && fast.ok());
    EXPECT_EQ(base->data, LuminanceMatte(MakeCanary(64, 64)).data);
    EXPECT_EQ(fast->data,
              InvertedMatte(MakeCanary(kQuickSide, kQuickSide)).data);
  }
  WarmStatus WarmAnew() {
    Finish();
    made_.clear();
    warm_up_ = Make("isnet", kQuick);
    return Warm();
  }
  static std::vector<std::string> Names(const WarmStatus& status) {
    std::vector<std::string> names;
    for (const PhaseTiming& phase : status.phases) names.push_back(phase.name);
    return names;
  }
  // The states on the volume.
  std::vector<std::string> States(const std::string& folder = "state") const {
    std::vector<std::string> paths;
    std::error_code error;
    for (const auto& entry :
         fs::directory_iterator(folder_.File(folder), error)) {
      paths.push_back((entry.path() / kStateFile).string());
    }
    return paths;
  }
  std::string StateOfQuick() const {
    for (const std::string& path : States()) {
      std::ifstream file(path);
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      if (text.find(std::string(64, 'q')) != std::string::npos) return path;
    }
    return "";
  }

  const std::map<std::string, std::string> bytes_ = {
      {"isnet", std::string(kBytes, 'i')},
      {kQuick, std::string(kBytes, 'q')},
      {"later", std::string(kBytes, 'l')}};
  std::map<std::string, Error> broken_;  // can't be created
  std::map<std::string, std::function<Result<Plane>(const Bitmap&)>> odd_;
  std::vector<std::string> made_;
};

TEST_F(TwoModels, OneThatCannotBlendIsNoObstacleToTheOther) {
  std::map<std::string, int> thresholds;
  const auto make = factory_.on_create;
  factory_.on_create = [&](const EngineOptions& options) -> Status {
    thresholds[options.model] = options.blend_threshold;
    return make(options);
  };
  WarmUpOptions options;
  options.model = "isnet";
  options.fast_model = kQuick;
  options.blend_threshold = 512;
  WarmUp warm_up(
      options, &*volume_,
      [this]() -> Result<EngineFactory*> { return &factory_; }, &*inference_,
      clock_);
  warm_up.Start();
  Finish();
  EXPECT_EQ(warm_up.status().state, WarmState::kReady);
  EXPECT_EQ(thresholds["isnet"], 0);
  EXPECT_EQ(thresholds[kQuick], 512);
}

TEST_F(TwoModels, AreReadyWhenEachCutsOutAsItsOwnReference) {
  const WarmStatus status = Warm();
  EXPECT_EQ(status.state, WarmState::kReady) << status.reason;
  ASSERT_EQ(status.models.size(), 2U);
  EXPECT_EQ(status.models[0].mode, Mode::kBase);
  EXPECT_EQ(status.models[1].mode, Mode::kFast);
  EXPECT_EQ(status.models[1].model, kQuick);
  for (const ModelStatus& model : status.models) {
    EXPECT_TRUE(model.proven && model.verified.passed) << model.model;
    EXPECT_EQ(model.engine.model, model.model);
  }
  // At the top: the first.
  EXPECT_EQ(status.engine.model, "isnet");
  EXPECT_TRUE(status.verified.passed);
  ExpectBothRight();
}

TEST_F(TwoModels, OpenTheLibraryAndStartTheDeviceOnceAndTellTheirPhasesApart) {
  EXPECT_THAT(
      Names(Warm()),
      UnorderedElementsAre("library_load", "device_init", "weights_map", "bind",
                           "first_inference", "verify", "weights_map_fast",
                           "bind_fast", "first_inference_fast", "verify_fast"));
  EXPECT_EQ(opened_, 1);
}

TEST_F(TwoModels, AreNotReadyWhileTheFastOneCutsOutAsTheOther) {
  odd_[kQuick] = [](const Bitmap& rgb) -> Result<Plane> {
    return LuminanceMatte(rgb);
  };
  const WarmStatus status = Warm();
  EXPECT_EQ(status.state, WarmState::kFailed);
  EXPECT_FALSE(status.proven);
  EXPECT_FALSE(status.models[1].verified.passed);
  EXPECT_THAT(status.reason, HasSubstr("quick: the canary"));
  EXPECT_FALSE(Cut(Mode::kFast).ok());
}

TEST_F(TwoModels, AttemptAfterTheOneThatFailedMakesNothingTwice) {
  broken_.emplace(kQuick, MakeError(ErrorCode::kUnavailable, "no kernels"));
  EXPECT_EQ(Warm().state, WarmState::kFailed);
  broken_.clear();
  made_.clear();
  const WarmStatus status = Warm();
  EXPECT_EQ(status.state, WarmState::kReady);
  EXPECT_THAT(made_, ElementsAre(kQuick));
  ExpectBothRight();
}

TEST_F(TwoModels, StateOfTheOneThatWasProvenIsKeptWhenTheOtherFails) {
  broken_.emplace(kQuick, MakeError(ErrorCode::kUnavailable, "no kernels"));
  EXPECT_EQ(Warm().state, WarmState::kFailed);
  EXPECT_EQ(States().size(), 1U);
}

TEST_F(TwoModels, MissingOneIsAReasonThatNamesIt) {
  Finish();
  warm_up_ = Make("isnet", "nowhere");
  const WarmStatus status = Warm();
  EXPECT_EQ(status.state, WarmState::kFailed);
  EXPECT_THAT(status.reason, HasSubstr("no model \"nowhere\""));
}

TEST_F(TwoModels, NextStartMapsTheStatesOfBoth) {
  EXPECT_EQ(Warm().state, WarmState::kReady);
  EXPECT_EQ(States().size(), 2U);
  const WarmStatus status = WarmAnew();
  EXPECT_THAT(made_, ElementsAre("isnet from state", "quick from state"));
  EXPECT_EQ(CachedOf(status.models), CachedState::kHit);
  ExpectBothRight();
}

TEST_F(TwoModels, DamagedStateOfOneIsRebuiltAndTheOtherMapped) {
  Warm();
  std::fstream file(StateOfQuick(), std::ios::in | std::ios::out);
  file.seekp(kBytes / 2);
  file.put('v');
  file.close();
  const WarmStatus status = WarmAnew();
  EXPECT_EQ(status.state, WarmState::kReady) << status.reason;
  EXPECT_EQ(status.models[0].cached, CachedState::kHit);
  EXPECT_EQ(status.models[1].cached, CachedState::kRebuilt);
  EXPECT_EQ(CachedOf(status.models), CachedState::kRebuilt);
  EXPECT_EQ(States("quarantine").size(), 1U);
  EXPECT_EQ(States().size(), 2U);
  ExpectBothRight();
}

TEST_F(TwoModels, StateCutShortUnderOneOfThemLeavesTheOtherAlone) {
  Warm();
  EXPECT_EQ(WarmAnew().state, WarmState::kReady);
  made_.clear();
  fs::resize_file(StateOfQuick(), 4096);
  ExpectBothRight();
  EXPECT_EQ(warm_up_->status().state, WarmState::kReady);
  EXPECT_THAT(made_, ElementsAre(kQuick));
  EXPECT_EQ(warm_up_->status().models[0].cached, CachedState::kHit);
  EXPECT_EQ(warm_up_->status().models[1].cached, CachedState::kRebuilt);
}

TEST_F(TwoModels, OneThatFailedIsProvenAgainWhileTheOtherGoesOn) {
  Warm();
  made_.clear();
  warm_up_->MarkFailed("an inference broke", Mode::kFast);
  EXPECT_EQ(warm_up_->status().state, WarmState::kFailed);
  EXPECT_EQ(warm_up_->status().reason, "quick: an inference broke");
  EXPECT_FALSE(Cut(Mode::kFast).ok());
  EXPECT_TRUE(Cut(Mode::kBase).ok());
  const WarmStatus status = Warm();
  EXPECT_EQ(status.state, WarmState::kReady);
  EXPECT_THAT(Names(status), Not(Contains("first_inference")));
  EXPECT_THAT(Names(status), Contains("first_inference_fast"));
  EXPECT_THAT(made_, IsEmpty());
  ExpectBothRight();
}

TEST_F(TwoModels, OneThatBreaksWhileTheOtherIsToBeProvenIsProvenToo) {
  Warm();
  warm_up_->MarkFailed("the first", Mode::kFast);
  warm_up_->MarkFailed("the second", Mode::kBase);
  EXPECT_EQ(warm_up_->status().reason, "quick: the first");
  EXPECT_FALSE(Cut(Mode::kBase).ok());
  EXPECT_THAT(Names(Warm()), Contains("verify"));
  ExpectBothRight();
}

TEST_F(TwoModels, ReproofMakesTheDamagedOneAnew) {
  Warm();
  made_.clear();
  bool damaged = true;
  odd_[kQuick] = [&](const Bitmap& rgb) -> Result<Plane> {
    return damaged ? MakePlane(rgb.width, rgb.height) : InvertedMatte(rgb);
  };
  const auto id = warm_up_->Observe([&](const WarmStatus& status) {
    if (status.state == WarmState::kFailed) damaged = false;
  });
  warm_up_->Reprove(Mode::kFast);
  Finish();
  Finish();  // what that posted
  warm_up_->Forget(id);
  EXPECT_FALSE(damaged);
  EXPECT_EQ(warm_up_->status().state, WarmState::kReady);
  EXPECT_THAT(made_, ElementsAre("quick from state"));  // kept by the first
}

TEST_F(TwoModels, DeviceLostByOneIsLostByBoth) {
  Warm();
  odd_[kQuick] = [](const Bitmap&) -> Result<Plane> {
    return MakeError(ErrorCode::kDeviceLost, "no GPU answers", "cuda");
  };
  EXPECT_FALSE(Cut(Mode::kFast).ok());
  EXPECT_THAT(losses_, ElementsAre("cuda: no GPU answers"));
  EXPECT_EQ(Warm().state, WarmState::kFailed);
  EXPECT_FALSE(Cut(Mode::kBase).ok());
}

TEST_F(TwoModels, DeviceLostWhileTheSecondComesUpTakesTheFirstAlong) {
  odd_[kQuick] = [](const Bitmap&) -> Result<Plane> {
    return MakeError(ErrorCode::kDeviceLost, "no GPU answers", "cuda");
  };
  EXPECT_EQ(Warm().state, WarmState::kFailed);
  EXPECT_THAT(losses_, ElementsAre("cuda: quick: no GPU answers"));
  Finish();
  EXPECT_TRUE(States().empty());  // nothing was left to keep
}

TEST_F(TwoModels, LearnFromTheirOwnStartsAndNotFromThoseOfOne) {
  Finish();
  warm_up_ = Make("isnet");
  Warm();
  Finish();
  warm_up_ = Make("isnet", kQuick);
  Finish();
  EXPECT_FALSE(warm_up_->status().eta_ms.has_value());
  Warm();
  Finish();
  warm_up_ = Make("isnet", kQuick);
  Finish();
  EXPECT_TRUE(warm_up_->status().eta_ms.has_value());
}

TEST_F(TwoModels, FirstStartsProgressIsAShareOfThePhasesOfBoth) {
  std::vector<double> progress;
  const auto id = warm_up_->Observe([&](const WarmStatus& status) {
    if (status.state == WarmState::kWarming) {
      progress.push_back(status.progress);
    }
  });
  Warm();
  warm_up_->Forget(id);
  // Seven of ten are over when the first model is proven.
  EXPECT_THAT(progress, Contains(testing::DoubleEq(0.7)));
  EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
}

TEST_F(TwoModels, OnlyModelHasTheModeOfItsArchitectureBeforeItIsWarm) {
  for (const auto& [model, mode] :
       {std::pair{"isnet", Mode::kBase}, std::pair{kQuick, Mode::kFast}}) {
    Finish();
    warm_up_ = Make(model);
    Finish();
    const WarmStatus cold = warm_up_->status();
    EXPECT_EQ(cold.state, WarmState::kCold);
    EXPECT_EQ(cold.models[0].mode, mode);
    Warm();
    EXPECT_TRUE(Cut(mode).ok());
    EXPECT_FALSE(Cut(mode == Mode::kFast ? Mode::kBase : Mode::kFast).ok());
  }
}

TEST_F(TwoModels, ModeOfAModelThatIsNotThereYetIsUnknown) {
  Finish();
  warm_up_ = Make("later");
  Finish();
  EXPECT_FALSE(warm_up_->status().models[0].mode.has_value());
  PublishTestModel(folder_.path(), 64, "later", "weights",
                   "2026-01-01T00:00:00Z", "inspyrenet-fast");
  warm_up_->Start();
  Finish();
  EXPECT_EQ(warm_up_->status().models[0].mode, Mode::kFast);
}

}  // namespace
}  // namespace prewarm
