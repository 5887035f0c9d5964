// The warm-up of this server, as its options ask for it.
#pragma once

#include <functional>
#include <memory>

#include "inference-server/config/config.h"
#include "inference-server/engine/device.h"
#include "inference-server/warmup/warm_up.h"

namespace prewarm {

VolumeOptions VolumeOptionsOf(const ServerConfig& config);

// See WarmUp for who outlives whom.
std::unique_ptr<WarmUp> MakeWarmUp(
    const ServerConfig& config, Volume* volume, WorkerPool* inference,
    std::function<void(const DeviceLoss&)> on_device_lost);

}  // namespace prewarm
