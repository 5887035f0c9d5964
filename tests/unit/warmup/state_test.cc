// The warm-up on a volume with prepared state: used, damaged, lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <optional>

#include "common/store/state_paths.h"
#include "inference-server/warmup/warm_up.h"
#include "tests/support/fault_env.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_model.h"
#include "tests/unit/warmup/process.h"

namespace prewarm {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class PreparedStart : public testing::Test {
 protected:
  PreparedStart() {
    GuardMappings();
    PublishTestModel(folder_.path());
    factory_.prepared["weights"] = ViewOf(text_);
    factory_.layout = "isa 7";
    // As a network does: what it computes depends on all of its weights.
    factory_.on_create = [this](const EngineOptions& options) -> Status {
      ++created_;
      weights_ = bytes_.data();
      from_state_ = options.prepared != nullptr;
      if (!from_state_) return Ok{};
      const TensorView& found = options.prepared->at("weights");
      if (found.bytes != bytes_.size()) {
        return MakeError(ErrorCode::kCorrupt, "the prepared state is stale");
      }
      weights_ = found.data;
      return Ok{};
    };
    factory_.on_infer = [this](const Bitmap& rgb) -> Result<Plane> {
      Plane matte = LuminanceMatte(rgb);
      for (std::size_t i = 0; i < bytes_.size(); i += 4096) {
        if (weights_[i] != 'w') matte.data[i / 4096] = 0.9F;
      }
      return matte;
    };
  }

  std::unique_ptr<Process> NewProcess(Env* env = Env::System()) {
    return std::make_unique<Process>(VolumeOptions{folder_.path()}, env,
                                     &factory_);
  }
  // The one state's file; "" where there is none.
  std::string StateFile() const {
    std::error_code error;
    for (const auto& entry :
         fs::directory_iterator(folder_.File("state"), error)) {
      return (entry.path() / kStateFile).string();
    }
    return "";
  }
  void Prepare() {
    ASSERT_EQ(NewProcess()->Warm().cached, CachedState::kMiss);
    ASSERT_NE(StateFile(), "");
    created_ = 0;
  }

  TempDir folder_;
  const std::string text_ = std::string(3 << 20, 'w');
  const std::vector<std::uint8_t> bytes_{text_.begin(), text_.end()};
  const std::uint8_t* weights_ = nullptr;
  FakeEngineFactory factory_;
  int created_ = 0;
  bool from_state_ = false;
};

TEST_F(PreparedStart, UsesWhatAnEarlierOneLeft) {
  Prepare();
  const auto process = NewProcess();
  const WarmStatus status = process->Warm();
  EXPECT_EQ(status.state, WarmState::kReady);
  EXPECT_EQ(status.cached, CachedState::kHit);
  EXPECT_TRUE(from_state_);
  EXPECT_TRUE(process->Infer().ok());
}

TEST_F(PreparedStart, IsTheSameForAnEngineThatBlends) {
  Prepare();
  Process process(VolumeOptions{folder_.path()}, Env::System(), &factory_,
                  Precision::kAuto, {}, 512);
  const WarmStatus status = process.Warm();
  EXPECT_EQ(status.engine.blend_threshold, 512);
  EXPECT_EQ(status.cached, CachedState::kHit);
}

// The files that a start maps, in order: those of the reading of the model
// come before the engine's library has to be there.
class ReadAhead : public PreparedStart {
 protected:
  ReadAhead() {
    const std::string reference =
        ModelStore(folder_.path()).Find("isnet")->reference_path;
    env_.on_map = [this, reference](const std::string& path) {
      if (path != reference) mapped_.push_back(path);
    };
  }
  std::vector<std::string> MappedByReading() {
    WorkerPool io(1);
    Volume volume(VolumeOptions{folder_.path()}, &env_, &io);
    auto reading = volume.ReadModel(
        "isnet", [] {}, [] {});
    EXPECT_TRUE(volume.Await(&reading).ok());
    return std::exchange(mapped_, {});
  }
  std::vector<std::string> MappedByAStart() {
    EXPECT_EQ(NewProcess(&env_)->Warm().state, WarmState::kReady);
    return std::exchange(mapped_, {});
  }

  FaultEnv env_;
  std::vector<std::string> mapped_;  // by the volume's thread alone
};

TEST_F(ReadAhead, StateIsAskedForBeforeItsKeyIsKnownAndMappedOnce) {
  Prepare();
  EXPECT_THAT(MappedByReading(), testing::ElementsAre(StateFile()));
  EXPECT_THAT(MappedByAStart(), testing::ElementsAre(StateFile()));
}

TEST_F(ReadAhead, WithoutAStateItIsTheWeights) {
  const std::string weights =
      ModelStore(folder_.path()).Find("isnet")->weights_path;
  EXPECT_THAT(MappedByReading(), testing::ElementsAre(weights));
  // The states it then looks for are not there.
  EXPECT_THAT(MappedByAStart(), testing::Contains(weights).Times(1));
}

// Each guess would be copied as a whole, states of other machines as well.
TEST_F(ReadAhead, IsLeftOutOnANetworkVolume) {
  Prepare();
  env_.copies = true;
  EXPECT_THAT(MappedByReading(), testing::IsEmpty());
  EXPECT_THAT(MappedByAStart(), testing::ElementsAre(StateFile()));
}

class PreparedSizes : public PreparedStart {
 protected:
  PreparedSizes() {
    factory_.input_side = 128;
    factory_.proof_side = 64;  // as the reference
    factory_.prepares_sizes = true;
    factory_.on_infer = [this](const Bitmap& rgb) -> Result<Plane> {
      sides_.push_back(rgb.width);
      Plane matte = LuminanceMatte(rgb);
      if (rgb.width == 128) matte.data[0] += served_is_off_;
      if (rgb.width == 128 && served_is_off_ != 0) matte.data[7] = 0.9F;
      return matte;
    };
  }
  void PrepareSizes() {
    NewProcess()->Warm();
    ASSERT_EQ(sides_, (std::vector<int>{64, 128}));
    sides_.clear();
  }

  std::vector<int> sides_;
  float served_is_off_ = 0;
};

TEST_F(PreparedSizes, ServedSizeAloneProvesAStateThatKnowsItsMatte) {
  PrepareSizes();
  const auto process = NewProcess();
  const WarmStatus status = process->Warm();
  EXPECT_EQ(status.state, WarmState::kReady);
  EXPECT_EQ(status.cached, CachedState::kHit);
  EXPECT_TRUE(status.models[0].verified.passed);
  EXPECT_EQ(sides_, std::vector<int>{128});
  // Proven again as the first time.
  sides_.clear();
  process->warm_up.Reprove();
  process->Finish();
  EXPECT_EQ(sides_, std::vector<int>{128});
}

TEST_F(PreparedSizes, OtherMatteOfTheServedSizeIsNoProofAndIsRebuilt) {
  PrepareSizes();
  served_is_off_ = 0.5F;
  const WarmStatus status = NewProcess()->Warm();
  // The weights, at the size of their reference, had the last word.
  EXPECT_EQ(status.cached, CachedState::kRebuilt);
  EXPECT_EQ(sides_, (std::vector<int>{128, 64, 128}));
}

TEST_F(PreparedSizes, MatteOfAnotherSizeIsNotTheServedOne) {
  PrepareSizes();
  factory_.input_side = 96;
  EXPECT_EQ(NewProcess()->Warm().state, WarmState::kReady);
  EXPECT_EQ(sides_, (std::vector<int>{64, 96}));
}

TEST_F(PreparedStart, EngineWithoutALayoutKeepsNone) {
  factory_.layout = "";
  EXPECT_EQ(NewProcess()->Warm().cached, CachedState::kMiss);
  EXPECT_EQ(StateFile(), "");
}

TEST_F(PreparedStart, NothingIsKeptOfAnEngineThatWasNotProven) {
  factory_.on_infer = [](const Bitmap& rgb) -> Result<Plane> {
    return MakePlane(rgb.width, rgb.height);
  };
  EXPECT_EQ(NewProcess()->Warm().state, WarmState::kFailed);
  EXPECT_EQ(StateFile(), "");
}

TEST_F(PreparedStart, FlippedByteIsRebuiltAndTheNextStartHits) {
  Prepare();
  std::fstream file(StateFile(), std::ios::in | std::ios::out);
  file.seekp(2000001);
  file.put('v');
  file.close();
  const WarmStatus status = NewProcess()->Warm();
  EXPECT_EQ(status.state, WarmState::kReady);
  EXPECT_EQ(status.cached, CachedState::kRebuilt);
  EXPECT_EQ(NewProcess()->Warm().cached, CachedState::kHit);
}

TEST_F(PreparedStart, StaleStateIsRebuilt) {
  Prepare();
  // As an engine says that lays weights out otherwise.
  factory_.on_create = [this](const EngineOptions& options) -> Status {
    weights_ = bytes_.data();
    if (options.prepared == nullptr) return Ok{};
    return MakeError(ErrorCode::kCorrupt, "the prepared state is stale");
  };
  EXPECT_EQ(NewProcess()->Warm().cached, CachedState::kRebuilt);
  EXPECT_FALSE(fs::is_empty(folder_.File("quarantine")));
  EXPECT_NE(StateFile(), "");
}

TEST_F(PreparedStart, CutShortWhileServingGivesTheRightMatteAndIsRebuilt) {
  Prepare();
  const auto process = NewProcess();
  ASSERT_EQ(process->Warm().cached, CachedState::kHit);
  const auto before = process->Infer();
  ASSERT_TRUE(before.ok());
  std::vector<WarmState> seen;
  const auto id = process->warm_up.Observe([&](const WarmStatus& status) {
    if (seen.empty() || seen.back() != status.state) {
      seen.push_back(status.state);
    }
  });
  fs::resize_file(StateFile(), 1000000);
  const auto after = process->Infer();
  process->warm_up.Forget(id);
  ASSERT_TRUE(after.ok()) << after.error().message;
  EXPECT_EQ(after->data, before->data);
  EXPECT_THAT(seen, testing::ElementsAre(WarmState::kReady, WarmState::kWarming,
                                         WarmState::kReady));
  EXPECT_EQ(process->warm_up.status().cached, CachedState::kRebuilt);
  process->Finish();
  EXPECT_GT(fs::file_size(StateFile()), bytes_.size());
}

TEST_F(PreparedStart, WriteIntoTheMappedStateIsNoticedAndRebuilt) {
  Prepare();
  const auto process = NewProcess();
  ASSERT_EQ(process->Warm().cached, CachedState::kHit);
  process->inference->Post(
      [&] { *const_cast<volatile std::uint8_t*>(weights_ + 8192) = 'x'; });
  const auto matte = process->Infer();
  ASSERT_TRUE(matte.ok());
  EXPECT_EQ(matte->data, LuminanceMatte(MakeCanary(64, 64)).data);
  EXPECT_EQ(process->warm_up.status().cached, CachedState::kRebuilt);
}

TEST_F(PreparedStart, FailingProofOverAStateFallsBackToTheWeights) {
  Prepare();
  factory_.on_infer = [this](const Bitmap& rgb) -> Result<Plane> {
    if (from_state_) return MakePlane(rgb.width, rgb.height);
    return LuminanceMatte(rgb);
  };
  const WarmStatus status = NewProcess()->Warm();
  EXPECT_EQ(status.state, WarmState::kReady) << status.reason;
  EXPECT_EQ(status.cached, CachedState::kRebuilt);
}

TEST_F(PreparedStart, DamagedWeightsAreNeverReadyWithoutAState) {
  const auto model = ModelStore(folder_.path()).Find("isnet");
  ASSERT_TRUE(model.ok());
  std::fstream(model->weights_path, std::ios::in | std::ios::out).put('W');
  const WarmStatus status = NewProcess()->Warm();
  EXPECT_EQ(status.state, WarmState::kFailed);
  EXPECT_THAT(status.reason, HasSubstr("sha256"));
  EXPECT_EQ(StateFile(), "");
}

TEST_F(PreparedStart, VolumeThatHangsFailsWithAReasonAndCanBeRetried) {
  FaultEnv env;
  std::promise<void> mounted;
  const auto back = mounted.get_future().share();
  env.on_call = [back](int) { back.wait(); };
  VolumeOptions impatient{folder_.path()};
  impatient.patience = std::chrono::milliseconds(20);
  Process process(impatient, &env, &factory_);
  std::promise<WarmStatus> failed;
  const auto id = process.warm_up.Observe(
      [&, told = false](const WarmStatus& status) mutable {
        if (status.state != WarmState::kFailed) return;
        if (!std::exchange(told, true)) failed.set_value(status);
      });
  process.warm_up.Start();
  const WarmStatus status = failed.get_future().get();
  EXPECT_THAT(status.reason, HasSubstr("does not answer within 20 ms"));
  process.warm_up.Forget(id);
  mounted.set_value();
  process.Finish();
  EXPECT_EQ(process.Warm().state, WarmState::kReady);
}

TEST_F(PreparedStart, VolumeThatFailsAtAnyCallNeverGivesAWrongMatte) {
  for (const bool prepared : {false, true}) {
    for (int call = 0; call < 40; ++call) {
      SCOPED_TRACE(call);
      const TempDir other;
      PublishTestModel(other.path());
      if (prepared) {
        Process({other.path()}, Env::System(), &factory_).Warm();
      }
      FaultEnv env;
      env.FailFrom(call, MakeError(ErrorCode::kInternal, "I/O error"));
      Process process({other.path()}, &env, &factory_);
      const WarmStatus status = process.Warm();
      if (status.state == WarmState::kReady) {
        const auto matte = process.Infer();
        ASSERT_TRUE(matte.ok());
        EXPECT_EQ(matte->data, LuminanceMatte(MakeCanary(64, 64)).data);
      } else {
        EXPECT_EQ(status.state, WarmState::kFailed);
        EXPECT_NE(status.reason, "");
      }
    }
  }
}

}  // namespace
}  // namespace prewarm
