// The options of `sidecar`, as the command line has them.
#pragma once

#include <CLI/CLI.hpp>

#include "warmup-controller/commands/sidecar_options.h"

namespace prewarm {

const CLI::App* AddSidecar(CLI::App* app, SidecarOptions* options);

}  // namespace prewarm
