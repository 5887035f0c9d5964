// The thread that stages, and then looks for what is to be published.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "common/base/clock.h"
#include "warmup-controller/sidecar/staging.h"

namespace prewarm {

class StagingWorker {
 public:
  // `staging` and `board` outlive it. `on_staged` is called once, on its
  // thread.
  StagingWorker(Staging* staging, StagingBoard* board, bool publish,
                std::function<void()> on_staged);
  ~StagingWorker();
  StagingWorker(const StagingWorker&) = delete;
  StagingWorker& operator=(const StagingWorker&) = delete;

  // The server has been proven: what it keeps now is to be looked for soon.
  void Proven();
  // Ends what is being copied, publishes once more what is there, and ends.
  // False: it has not ended by then (a mount that hangs), and the destructor
  // would wait for it: the process has to end without.
  bool Stop(std::chrono::milliseconds patience);

 private:
  void Run();
  void StageAll();
  // False once it is to stop.
  bool Pause(std::chrono::milliseconds most);
  std::chrono::milliseconds PublishPause();

  Staging* const staging_;
  StagingBoard* const board_;
  const bool publish_;
  const std::function<void()> on_staged_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  bool ended_ = false;
  bool awake_ = false;
  SteadyTime proven_ = SteadyTime::min();
  std::thread thread_;
};

}  // namespace prewarm
