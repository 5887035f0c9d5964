// What --help prints.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

namespace prewarm {

// As CLI11 writes it, with texts broken to fit the terminal.
std::shared_ptr<CLI::FormatterBase> HelpText();

}  // namespace prewarm
