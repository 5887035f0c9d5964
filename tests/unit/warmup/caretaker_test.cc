#include "inference-server/warmup/caretaker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "tests/support/temp_dir.h"
#include "tests/support/test_model.h"

namespace prewarm {
namespace {

using std::chrono::milliseconds;

TEST(RetryDelay, DoublesUpToItsLimit) {
  CareOptions options;
  options.first_retry = milliseconds(1000);
  options.last_retry = milliseconds(5000);
  EXPECT_EQ(RetryDelay(options, 1), milliseconds(1000));
  EXPECT_EQ(RetryDelay(options, 2), milliseconds(2000));
  EXPECT_EQ(RetryDelay(options, 3), milliseconds(4000));
  EXPECT_EQ(RetryDelay(options, 4), milliseconds(5000));
  EXPECT_EQ(RetryDelay(options, 1000000), milliseconds(5000));
}

class CaretakerTest : public testing::Test {
 protected:
  CaretakerTest() {
    PublishTestModel(folder_.path());
    volume_.emplace(VolumeOptions{folder_.path()}, Env::System(), &*io_);
    warm_up_.emplace(
        WarmUpOptions{"isnet", Precision::kAuto, 0}, &*volume_,
        [this]() -> Result<EngineFactory*> { return &factory_; }, &*inference_,
        Clock::System());
    factory_.on_infer = [this](const Bitmap& rgb) -> Result<Plane> {
      const std::lock_guard lock(mutex_);
      ++inferences_;
      changed_.notify_all();
      if (broken_ > 0) {
        --broken_;
        return MakeError(ErrorCode::kInternal, "broken");
      }
      return LuminanceMatte(rgb);
    };
  }
  ~CaretakerTest() override {
    inference_.reset();
    io_.reset();
  }

  // With a deadline far beyond what any of this takes.
  bool Inferences(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1),
                             [&] { return inferences_ >= count; });
  }

  TempDir folder_;
  FakeEngineFactory factory_;
  Timer timer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int inferences_ = 0;
  int broken_ = 0;
  std::optional<WorkerPool> inference_{std::in_place, 1};
  std::optional<WorkerPool> io_{std::in_place, 1};
  std::optional<Volume> volume_;
  std::optional<WarmUp> warm_up_;
  CareOptions options_;
};

TEST_F(CaretakerTest, FailedWarmUpIsTriedAgainUntilItIsWarm) {
  options_.first_retry = milliseconds(1);
  broken_ = 3;
  Caretaker caretaker(options_, &*warm_up_, &timer_, Clock::System());
  warm_up_->Start();
  EXPECT_TRUE(Inferences(4));
}

TEST_F(CaretakerTest, IdleEngineIsProvenAgainAndAgain) {
  options_.reprove = milliseconds(1);
  Caretaker caretaker(options_, &*warm_up_, &timer_, Clock::System());
  warm_up_->Start();
  EXPECT_TRUE(Inferences(5));
}

// The system's, put forward by hand.
class ForwardClock : public Clock {
 public:
  SteadyTime Now() const override { return System().Now() + ahead_.load(); }
  WallTime WallNow() const override { return System().WallNow(); }
  void PutForward(std::chrono::hours by) { ahead_ = by; }

 private:
  std::atomic<std::chrono::hours> ahead_{std::chrono::hours(0)};
};

TEST_F(CaretakerTest, EngineOfOneModeIsIdleWhileThatOfTheOtherServes) {
  PublishTestModel(folder_.path(), 64, "quick", "weights of quick");
  std::map<std::string, int> proofs;
  factory_.on_create = [this, &proofs, cut = factory_.on_infer](
                           const EngineOptions& options) -> Status {
    factory_.on_infer = [&proofs, cut,
                         model = options.model](const Bitmap& rgb) {
      ++proofs[model];
      return cut(rgb);
    };
    return Ok{};
  };
  WarmUp both(
      {"isnet", Precision::kAuto, 0, "", {}, "quick"}, &*volume_,
      [this]() -> Result<EngineFactory*> { return &factory_; }, &*inference_,
      Clock::System());
  ForwardClock clock;
  options_.reprove = milliseconds(1);
  {
    Caretaker caretaker(options_, &both, &timer_, clock);
    clock.PutForward(std::chrono::hours(1));
    caretaker.Served(Mode::kBase);
    clock.PutForward(std::chrono::hours(0));
    both.Start();
    EXPECT_TRUE(Inferences(7));
  }
  inference_.reset();
  EXPECT_EQ(proofs["isnet"], 1);  // that of the warm-up
  EXPECT_GT(proofs["quick"], 5);
}

TEST_F(CaretakerTest, ColdServerIsLeftAlone) {
  options_.reprove = milliseconds(1);
  Caretaker caretaker(options_, &*warm_up_, &timer_, Clock::System());
  std::promise<void> later;
  timer_.At(Clock::System().Now() + milliseconds(30),
            [&] { later.set_value(); });
  later.get_future().wait();
  const std::lock_guard lock(mutex_);
  EXPECT_EQ(inferences_, 0);
}

TEST_F(CaretakerTest, ThatIsGoneStartsNothing) {
  options_.first_retry = milliseconds(1);
  broken_ = 1;
  { Caretaker caretaker(options_, &*warm_up_, &timer_, Clock::System()); }
  warm_up_->Start();
  ASSERT_TRUE(Inferences(1));
  std::promise<void> later;
  timer_.At(Clock::System().Now() + milliseconds(30),
            [&] { later.set_value(); });
  later.get_future().wait();
  const std::lock_guard lock(mutex_);
  EXPECT_EQ(inferences_, 1);
}

}  // namespace
}  // namespace prewarm
