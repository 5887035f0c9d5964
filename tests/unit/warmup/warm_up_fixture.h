// A warm-up with a fake engine, a clock moved by hand and a store of its own.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "inference-server/engine/canary.h"
#include "inference-server/engine/fake/fake_engine.h"
#include "inference-server/warmup/warm_up.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_model.h"

namespace prewarm {

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
  std::unique_ptr<WarmUp> Make(const std::string& model = "isnet",
                               const std::string& fast_model = "") {
    return std::make_unique<WarmUp>(
        WarmUpOptions{model, Precision::kAuto, 0, "this machine",
                      [this](const DeviceLoss& loss) {
                        losses_.push_back(loss.device + ": " + loss.reason);
                      },
                      fast_model},
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

}  // namespace prewarm
