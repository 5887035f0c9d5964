#include "inference-server/prepare.h"

#include <condition_variable>
#include <iostream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "inference-server/make_warm_up.h"

namespace prewarm {
namespace {

using nlohmann::ordered_json;

// What is being written to a slow volume may take its time.
constexpr std::chrono::minutes kKeepPatience{10};

// A warm-up from its begin to its end.
class OneWarmUp {
 public:
  OneWarmUp(const ServerConfig& config, Volume* volume, WorkerPool* inference)
      : inference_(inference),
        warm_up_(MakeWarmUp(config, volume, inference, [](const auto&) {})) {}
  // After what the inference thread still does for it.
  ~OneWarmUp() {
    std::shared_ptr<WarmUp> last = std::move(warm_up_);
    inference_->Post([last = std::move(last)]() mutable { last.reset(); });
  }
  OneWarmUp(const OneWarmUp&) = delete;
  OneWarmUp& operator=(const OneWarmUp&) = delete;

  WarmStatus Run() {
    std::mutex mutex;
    std::condition_variable changed;
    bool over = false;
    warm_up_->Start();
    const auto id = warm_up_->Observe([&](const WarmStatus& status) {
      if (status.running || (status.state != WarmState::kReady &&
                             status.state != WarmState::kFailed)) {
        return;
      }
      const std::lock_guard<std::mutex> lock(mutex);
      over = true;
      changed.notify_all();
    });
    {
      std::unique_lock<std::mutex> lock(mutex);
      changed.wait(lock, [&over] { return over; });
    }
    warm_up_->Forget(id);
    return warm_up_->status();
  }

 private:
  WorkerPool* const inference_;
  std::unique_ptr<WarmUp> warm_up_;
};

ordered_json ModelsJson(const WarmStatus& status) {
  ordered_json models = ordered_json::array();
  for (const ModelStatus& model : status.models) {
    models.push_back({{"model", model.model},
                      {"device", model.engine.device},
                      {"precision", model.engine.precision},
                      {"engine", model.engine.build},
                      {"cached_state", CachedStateName(model.cached)}});
  }
  return models;
}

int Fail(const std::string& reason) {
  std::cerr << "inference-server: " << reason << "\n";
  return 1;
}

}  // namespace

int Prepare(const ServerConfig& config) {
  WorkerPool inference(1);
  WorkerPool io(1);
  Volume volume(VolumeOptionsOf(config), Env::System(), &io);
  WarmStatus first;
  {
    OneWarmUp warm_up(config, &volume, &inference);
    first = warm_up.Run();
  }
  if (first.state != WarmState::kReady) return Fail(first.reason);
  volume.Finish(kKeepPatience);
  WarmStatus second;
  {
    OneWarmUp warm_up(config, &volume, &inference);
    second = warm_up.Run();
  }
  volume.Finish(kKeepPatience);
  if (second.state != WarmState::kReady) return Fail(second.reason);
  const ordered_json report = {{"store", config.store},
                               {"prepared", CachedStateName(first.cached)},
                               {"preparing_ms", first.total_ms},
                               {"prepared_start_ms", second.total_ms},
                               {"models", ModelsJson(second)}};
  std::cout << report.dump(-1, ' ', false,
                           ordered_json::error_handler_t::replace)
            << "\n";
  if (second.cached != CachedState::kHit) {
    return Fail("the prepared state was not kept in " + config.store +
                "; the log above says why (prepared_state_not_kept): give a "
                "volume that can be written to and has room");
  }
  return 0;
}

}  // namespace prewarm
