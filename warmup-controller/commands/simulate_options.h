// What the options of `simulate` mean to the simulator.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/commands/simulate.h"
#include "warmup-controller/policy/policy.h"
#include "warmup-controller/simulate/scenario.h"

namespace prewarm {

// Files of measured times (@FILE) are read. The error names the option; what is
// done otherwise than a person may think is added to `notes`.
Result<ScenarioOptions> ScenarioOptionsOf(const SimulateOptions& options,
                                          const Policy& policy,
                                          std::vector<std::string>* notes);

}  // namespace prewarm
