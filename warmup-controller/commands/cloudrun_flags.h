// The options of `warmup-controller cloudrun`, as a person types them.
#pragma once

#include <CLI/CLI.hpp>

#include "warmup-controller/commands/cloudrun_options.h"

namespace prewarm {

const CLI::App* AddCloudRun(CLI::App* app, CloudRunOptions* options);

}  // namespace prewarm
