// The options of `warmup-controller simulate`.
#pragma once

#include <CLI/CLI.hpp>

#include "warmup-controller/commands/simulate.h"

namespace prewarm {

const CLI::App* AddSimulate(CLI::App* app, SimulateOptions* options);

}  // namespace prewarm
