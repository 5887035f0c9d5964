// The program's subcommands, as a person types them.
#pragma once

#include <istream>
#include <ostream>

namespace prewarm {

struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
};

// The exit status: 0, 1 where the command failed or its answer could not be
// written to the end, 2 where there is no such command or option.
int RunCommandLine(int argc, const char* const* argv, const Streams& streams);

}  // namespace prewarm
