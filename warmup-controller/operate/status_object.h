// The status of a PrewarmPolicy as its object has it. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "warmup-controller/floor/floor_mark.h"
#include "warmup-controller/report/status.h"

namespace prewarm {

struct StatusExtras {
  std::int64_t generation = 0;  // that is in force
  std::optional<FloorMark> mark;
  std::vector<InstanceStatus> instances;
};

inline constexpr std::size_t kMaxInstancesInStatus = 50;

// As a merge patch: what is not set is null, so that it goes.
nlohmann::json StatusObject(const PolicyStatus& status,
                            const StatusExtras& extras);
// Of one whose spec, or target, is none.
nlohmann::json RefusedStatus(std::int64_t generation, const std::string& reason,
                             const std::string& message, Instant since);
// A condition of `status` that `before` (conditions) has just so keeps the time
// since when.
void KeepConditionTimes(const nlohmann::json& before, nlohmann::json* status);
// Equal where two say the same, be it as a patch or as the server has it:
// numbers that grow by themselves are left out, and so is what is null.
std::string Essence(nlohmann::json status);

}  // namespace prewarm
