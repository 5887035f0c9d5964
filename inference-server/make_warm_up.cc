#include "inference-server/make_warm_up.h"

#include <string>
#include <utility>
#include <vector>

#include "inference-server/engine/input_size.h"
#include "inference-server/engine/loader.h"
#include "inference-server/scheduling/admission.h"
#include "inference-server/warmup/history.h"

namespace prewarm {
namespace {

WarmUpOptions WarmUpOptionsOf(const ServerConfig& config,
                              const std::vector<std::string>& devices) {
  WarmUpOptions options;
  options.model = config.model;
  options.fast_model = config.fast_model;
  options.precision = config.precision;
  options.threads = config.threads;
  options.blend_threshold = config.blend_threshold;
  options.kind = MachineClass(config.threads) + ", " +
                 (devices.empty() ? "" : devices.front()) + ", " +
                 std::to_string(static_cast<int>(config.precision));
  options.check_engine = [bytes = config.memory_budget_mib
                                  << 20](const EngineInfo& info) {
    const InputSize served{info.input_width, info.input_height};
    return CheckBudget({0, bytes}, WorkingSetBytes(info, served), info.model);
  };
  return options;
}

}  // namespace

VolumeOptions VolumeOptionsOf(const ServerConfig& config) {
  VolumeOptions options;
  options.root = config.store;
  options.patience = std::chrono::milliseconds(
      static_cast<std::int64_t>(config.store_timeout_seconds * 1000));
  return options;
}

std::unique_ptr<WarmUp> MakeWarmUp(
    const ServerConfig& config, Volume* volume, WorkerPool* inference,
    std::function<void(const DeviceLoss&)> on_device_lost) {
  const auto devices = DevicesToTry(config.device, config.losses);
  WarmUpOptions options = WarmUpOptionsOf(config, devices);
  options.on_device_lost = std::move(on_device_lost);
  return std::make_unique<WarmUp>(
      options, volume,
      [path = config.engine, devices] {
        return LoadEngineFactory(path, devices);
      },
      inference, Clock::System());
}

}  // namespace prewarm
