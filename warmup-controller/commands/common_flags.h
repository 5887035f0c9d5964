// Options that several commands have, worded once.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "warmup-controller/commands/local_options.h"

namespace prewarm {

inline constexpr char kPolicyFiles[] = "YAML or JSON; - is the standard input";
inline constexpr char kOutputForm[] = "how the answer is written";

// From `least` to `most`, which `range` says in words; neither nan nor inf,
// which CLI::Range lets through.
CLI::Validator FiniteNumber(double least, double most,
                            const std::string& range);
// From 0 to the most that a std::uint64_t holds; "-1" is none of them.
CLI::Validator WholeNumber();

// --public and what visitors' browsers need, --price and --admin-token-file.
void AddServiceFlags(CLI::App* command, LocalOptions* service);

// --log-format and --log-level.
void AddLogFlags(CLI::App* command, std::string* format, std::string* level);

}  // namespace prewarm
