// Options that several commands have, worded once.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "warmup-controller/commands/local_options.h"

namespace prewarm {

// --public and what visitors' browsers need, --price and --admin-token-file.
void AddServiceFlags(CLI::App* command, LocalOptions* service);

// --log-format and --log-level.
void AddLogFlags(CLI::App* command, std::string* format, std::string* level);

}  // namespace prewarm
