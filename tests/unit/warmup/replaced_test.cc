// What lies on the volume changes while a server starts, serves or starts
// again: it serves the model that it names, and keeps no state of another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "common/store/state_paths.h"
#include "inference-server/warmup/warm_up.h"
#include "tests/support/fault_env.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_model.h"
#include "tests/unit/warmup/process.h"

namespace prewarm {
namespace {

namespace fs = std::filesystem;

constexpr char kOld[] = "weights of old";
constexpr char kNew[] = "weights of new";

// An engine whose prepared state is its weights, so that one sees whose they
// are.
class Replaced : public testing::Test {
 protected:
  Replaced() {
    GuardMappings();
    factory_.layout = "isa 7";
    factory_.on_create = [this](const EngineOptions& options) -> Status {
      if (options.prepared != nullptr) {
        const TensorView& view = options.prepared->at("weights");
        used_.assign(reinterpret_cast<const char*>(view.data), view.bytes);
        factory_.prepared.clear();
        return Ok{};
      }
      used_.assign(reinterpret_cast<const char*>(options.weights->data()),
                   options.weights->size());
      kept_.push_back(std::make_unique<std::string>(used_));
      factory_.prepared["weights"] = ViewOf(*kept_.back());
      return Ok{};
    };
  }
  StoredModel Import(const std::string& weights, int month = 1) {
    return PublishTestModel(folder_.path(), 64, "isnet", weights,
                            "2026-0" + std::to_string(month) + "-01T00:00:00Z");
  }
  std::unique_ptr<Process> NewProcess(std::function<Status()> open = {},
                                      Env* env = Env::System()) {
    return std::make_unique<Process>(VolumeOptions{folder_.path()}, env,
                                     &factory_, Precision::kAuto,
                                     std::move(open));
  }
  std::string UsedByANewProcess() {
    used_ = "";
    EXPECT_EQ(NewProcess()->Warm().state, WarmState::kReady);
    return used_;
  }
  std::vector<std::string> Entries(const std::string& folder) const {
    std::vector<std::string> paths;
    std::error_code error;
    for (const auto& entry :
         fs::directory_iterator(folder_.File(folder), error)) {
      paths.push_back(entry.path().string());
    }
    return paths;
  }

  TempDir folder_;
  FakeEngineFactory factory_;
  std::vector<std::unique_ptr<std::string>> kept_;
  std::string used_;
};

TEST_F(Replaced, ProofAgainAfterAnImportIsOfTheNewModel) {
  Import(kOld);
  const auto process = NewProcess();
  ASSERT_EQ(process->Warm().state, WarmState::kReady);
  const StoredModel fresh = Import(kNew, 2);
  process->warm_up.MarkFailed("an inference failed");
  const WarmStatus status = process->Warm();
  EXPECT_EQ(status.state, WarmState::kReady);
  EXPECT_EQ(status.engine.digest, fresh.manifest.digest);
  EXPECT_EQ(used_, kNew);
  EXPECT_EQ(UsedByANewProcess(), kNew);
}

TEST_F(Replaced, WeightsReadAheadByAnEarlierAttemptAreForgotten) {
  Import(kOld);
  bool there = false;
  const auto process = NewProcess([&]() -> Status {
    if (there) return Ok{};
    return MakeError(ErrorCode::kUnavailable, "the library is not there yet");
  });
  ASSERT_EQ(process->Warm().state, WarmState::kFailed);
  there = true;
  Import(kNew, 2);
  EXPECT_EQ(process->Warm().state, WarmState::kReady);
  EXPECT_EQ(used_, kNew);
  EXPECT_EQ(UsedByANewProcess(), kNew);
}

// The file is mapped, then somebody restores it from a backup: the digest of
// the file is right by then, that of the map is not.
TEST_F(Replaced, DamagedWeightsAreNotProvenByTheirRepair) {
  const StoredModel model = Import(kOld);
  std::ofstream(model.weights_path) << "weights of rot";
  FaultEnv env;
  env.on_map = [&](const std::string& path) {
    if (path != model.reference_path) return;  // mapped after the weights
    std::ofstream(model.weights_path + ".new") << kOld;
    fs::rename(model.weights_path + ".new", model.weights_path);
  };
  const auto process = NewProcess({}, &env);
  const WarmStatus status = process->Warm();
  EXPECT_EQ(status.state, WarmState::kFailed);
  EXPECT_THAT(status.reason, testing::HasSubstr("sha256"));
  EXPECT_EQ(process->Warm().state, WarmState::kReady);
  EXPECT_EQ(used_, kOld);
  process->Finish();
  EXPECT_EQ(UsedByANewProcess(), kOld);
}

TEST_F(Replaced, OnlyAnEngineThatWasMadeIsKept) {
  Import(kOld);
  FaultEnv env;
  int folders = 0;
  env.on_make_temp = [&](const std::string&) { ++folders; };
  const auto process = NewProcess({}, &env);
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(process->Warm().state, WarmState::kReady);
    process->warm_up.MarkFailed("an inference failed");
  }
  EXPECT_EQ(folders, 1);
}

TEST_F(Replaced, PassingErrorsLeaveTheStateWhereItIs) {
  Import(kOld);
  for (const ErrorCode code :
       {ErrorCode::kResourceExhausted, ErrorCode::kInternal}) {
    ASSERT_EQ(UsedByANewProcess(), kOld);
    int failures = 1;
    factory_.on_infer = [&](const Bitmap& rgb) -> Result<Plane> {
      if (failures-- > 0) return MakeError(code, "no memory");
      return LuminanceMatte(rgb);
    };
    const auto process = NewProcess();
    const WarmStatus first = process->Warm();
    // Memory that is short is not to be had for the weights either.
    EXPECT_EQ(first.state, code == ErrorCode::kInternal ? WarmState::kReady
                                                        : WarmState::kFailed);
    EXPECT_EQ(process->Warm().state, WarmState::kReady);
    EXPECT_EQ(Entries("quarantine").size(), 0U);
    EXPECT_EQ(NewProcess()->Warm().cached, CachedState::kHit);
    factory_.on_infer = {};
  }
}

TEST_F(Replaced, StateIsTrustedAgainAfterErrorsThatPassed) {
  Import(kOld);
  ASSERT_EQ(UsedByANewProcess(), kOld);
  int failures = 2;
  factory_.on_infer = [&](const Bitmap& rgb) -> Result<Plane> {
    if (failures-- > 0) return MakeError(ErrorCode::kInternal, "passing");
    return LuminanceMatte(rgb);
  };
  const auto process = NewProcess();
  EXPECT_EQ(process->Warm().state, WarmState::kFailed);
  const WarmStatus again = process->Warm();
  EXPECT_EQ(again.state, WarmState::kReady);
  EXPECT_EQ(again.cached, CachedState::kHit);
}

TEST_F(Replaced, EngineThatCantBindAStateLeavesItAndTakesTheWeights) {
  Import(kOld);
  ASSERT_EQ(UsedByANewProcess(), kOld);
  const auto create = factory_.on_create;
  for (const ErrorCode code : {ErrorCode::kUnavailable, ErrorCode::kInternal}) {
    factory_.on_create = [create,
                          code](const EngineOptions& options) -> Status {
      if (options.prepared != nullptr) return MakeError(code, "no kernels");
      return create(options);
    };
    EXPECT_EQ(NewProcess()->Warm().cached, CachedState::kRebuilt);
    factory_.on_create = create;
    EXPECT_EQ(NewProcess()->Warm().cached, CachedState::kHit);
  }
}

TEST_F(Replaced, DamagedReferenceDoesNotCondemnTheState) {
  const StoredModel model = Import(kOld);
  ASSERT_EQ(UsedByANewProcess(), kOld);
  Plane other = LuminanceMatte(MakeCanary(64, 64));
  for (float& value : other.data) value = 1 - value;
  fs::remove(model.reference_path);
  ASSERT_TRUE(WriteReference(model.reference_path, {other, "fake"}).ok());
  const WarmStatus status = NewProcess()->Warm();
  EXPECT_EQ(status.state, WarmState::kFailed);
  EXPECT_THAT(status.reason, testing::HasSubstr("import the model again"));
  EXPECT_EQ(Entries("quarantine").size(), 0U);
  EXPECT_EQ(Entries("state").size(), 1U);
}

// As leaves a kill in the middle of a removal by hand.
TEST_F(Replaced, HalfRemovedStateIsBuiltAgainOnce) {
  Import(kOld);
  ASSERT_EQ(UsedByANewProcess(), kOld);
  fs::remove(Entries("state")[0] + "/" + kStateFile);
  EXPECT_EQ(NewProcess()->Warm().cached, CachedState::kRebuilt);
  EXPECT_EQ(NewProcess()->Warm().cached, CachedState::kHit);
}

TEST_F(Replaced, SecondServerThatNoticesDamageLeavesTheRepairedState) {
  Import(std::string(1 << 16, 'w'));
  ASSERT_EQ(NewProcess()->Warm().cached, CachedState::kMiss);
  // Each reads its mapping at every inference.
  const auto with_map = [this](FakeEngineFactory* factory,
                               const std::uint8_t** weights) {
    factory->layout = "isa 7";
    factory->on_create = [=](const EngineOptions& options) -> Status {
      Status made = factory_.on_create(options);
      factory->prepared = factory_.prepared;
      *weights = options.prepared != nullptr
                     ? options.prepared->at("weights").data
                     : factory->prepared.at("weights").data;
      return made;
    };
    factory->on_infer = [=](const Bitmap& rgb) -> Result<Plane> {
      Plane matte = LuminanceMatte(rgb);
      for (std::size_t i = 0; i < (1 << 16); i += 4096) {
        if ((*weights)[i] != 'w') matte.data[i / 4096] = 0.9F;
      }
      return matte;
    };
  };
  FakeEngineFactory factories[2];
  const std::uint8_t* weights[2] = {};
  std::unique_ptr<Process> servers[2];
  for (int i = 0; i < 2; ++i) {
    with_map(&factories[i], &weights[i]);
    servers[i] =
        std::make_unique<Process>(VolumeOptions{folder_.path()}, Env::System(),
                                  &factories[i], Precision::kAuto);
    ASSERT_EQ(servers[i]->Warm().cached, CachedState::kHit);
  }
  const std::string state = Entries("state")[0];
  fs::resize_file(state + "/" + kStateFile, 4096);
  for (const auto& server : servers) {
    ASSERT_TRUE(server->Infer().ok());
    server->Finish();
    EXPECT_TRUE(StateStore(folder_.path(), Env::System())
                    .Verify(fs::path(state).filename())
                    .ok());
  }
  EXPECT_EQ(Entries("quarantine").size(), 1U);
}

}  // namespace
}  // namespace prewarm
