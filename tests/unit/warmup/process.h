// A server without its network: threads, view of the volume, warm-up.
#pragma once

#include <functional>
#include <future>
#include <optional>
#include <utility>

#include "inference-server/engine/canary.h"
#include "inference-server/engine/fake/fake_engine.h"
#include "inference-server/warmup/warm_up.h"

namespace prewarm {

struct Process {
  Process(const VolumeOptions& options, Env* env, FakeEngineFactory* factory,
          Precision precision = Precision::kAuto,
          std::function<Status()> open = {}, int blend_threshold = 0)
      : volume(options, env, &*io),
        warm_up(
            {"isnet", precision, 0, "", {}, "", blend_threshold}, &volume,
            [factory, open = std::move(open)]() -> Result<EngineFactory*> {
              if (open) PREWARM_RETURN_IF_ERROR(open());
              return factory;
            },
            &*inference, Clock::System()) {}
  ~Process() { Finish(); }

  // All that was posted, and what that posts.
  void Finish() {
    for (int i = 0; i < 2; ++i) {
      for (WorkerPool* pool : {&*inference, &*io}) {
        std::promise<void> reached;
        pool->Post([&] { reached.set_value(); });
        reached.get_future().wait();
      }
    }
  }
  WarmStatus Warm() {
    warm_up.Start();
    Finish();
    return warm_up.status();
  }
  Result<Plane> Infer() {
    Result<Plane> matte = Plane{};
    inference->Post([&] { matte = warm_up.Infer(MakeCanary(64, 64)); });
    Finish();
    return matte;
  }

  std::optional<WorkerPool> inference{std::in_place, 1};
  std::optional<WorkerPool> io{std::in_place, 1};
  Volume volume;
  WarmUp warm_up;
};

}  // namespace prewarm
