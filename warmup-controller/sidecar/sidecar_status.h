// What a sidecar knows of its pod, and what its probes say of that. Pure.
#pragma once

#include <memory>
#include <string>

#include "common/base/result.h"
#include "warmup-controller/report/status.h"
#include "warmup-controller/sidecar/staging_board.h"

namespace prewarm {

struct SidecarStatus {
  StagingStatus staging;
  std::shared_ptr<const TargetStatus> server;  // null: not looked at yet
  bool draining = false;
};

// GET /startupz: "state staged". Waits for no server: on many platforms that
// starts only then.
Status CheckStaged(const SidecarStatus& status);
// GET /readyz: the server that runs now has proved itself, and nobody stops.
Status CheckWarm(const SidecarStatus& status);

std::string SidecarStatusJson(const SidecarStatus& status);

}  // namespace prewarm
