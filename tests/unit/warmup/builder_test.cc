// Several processes on a volume without prepared state: one of them builds it.
#include <gtest/gtest.h>

#include <future>
#include <string>

#include "common/store/model_store.h"
#include "common/store/state_store.h"
#include "inference-server/warmup/warm_up.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_model.h"
#include "tests/unit/warmup/process.h"

namespace prewarm {
namespace {

class OneBuilder : public testing::Test {
 protected:
  OneBuilder() {
    PublishTestModel(folder_.path());
    factory_.prepared["weights"] = ViewOf(bytes_);
    factory_.layout = "isa 7";
    slow_ = factory_;
    slow_.on_create = [this](const EngineOptions&) -> Status {
      building_.set_value();
      may_go_on_.get_future().wait();
      return Ok{};
    };
  }

  // Both start; the second one while the first one builds.
  void RunBoth() {
    Process builder({folder_.path()}, Env::System(), &slow_);
    builder.warm_up.Start();
    building_.get_future().wait();
    Process waiter({folder_.path()}, Env::System(), &factory_);
    waiter.warm_up.Start();
    may_go_on_.set_value();
    builder.Finish();
    waiter.Finish();
    built_ = builder.warm_up.status();
    waited_ = waiter.warm_up.status();
  }

  TempDir folder_;
  const std::string bytes_ = std::string(1 << 20, 'w');
  std::promise<void> building_, may_go_on_;
  FakeEngineFactory factory_;
  FakeEngineFactory slow_;
  WarmStatus built_;
  WarmStatus waited_;
};

TEST_F(OneBuilder, WhoComesMeanwhileWaitsAndMaps) {
  int created = 0;
  factory_.on_create = [&](const EngineOptions& options) -> Status {
    ++created;
    EXPECT_NE(options.prepared, nullptr);
    return Ok{};
  };
  RunBoth();
  EXPECT_EQ(built_.cached, CachedState::kMiss);
  EXPECT_EQ(waited_.cached, CachedState::kHit);
  EXPECT_EQ(created, 1);
}

TEST_F(OneBuilder, BuildsForAllWhateverPrecisionIsFasterForEach) {
  slow_.faster = Precision::kBf16;
  factory_.faster = Precision::kFp32;  // it timed while others had the cores
  RunBoth();
  EXPECT_EQ(built_.engine.precision, "bf16");
  EXPECT_EQ(waited_.engine.precision, "bf16");
  EXPECT_EQ(waited_.cached, CachedState::kHit);
}

TEST_F(OneBuilder, ThatTakesTooLongIsNotWaitedFor) {
  const auto held =
      StateStore(folder_.path(), Env::System())
          .TryBuild({"isnet",
                     ModelStore(folder_.path()).Find("isnet")->manifest.digest,
                     "fake", "fp32", "isa 7", "cpu"});
  ASSERT_TRUE(held.ok() && *held != nullptr);
  VolumeOptions impatient{folder_.path()};
  impatient.builder_patience = std::chrono::milliseconds(1);
  Process process(impatient, Env::System(), &factory_);
  EXPECT_EQ(process.Warm().state, WarmState::kReady);
  EXPECT_EQ(process.warm_up.status().cached, CachedState::kMiss);
}

}  // namespace
}  // namespace prewarm
