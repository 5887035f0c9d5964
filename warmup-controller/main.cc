// Wiring only.
#include <unistd.h>

#include <iostream>

#include "warmup-controller/commands/command_line.h"
#include "warmup-controller/commands/wrap.h"

int main(int argc, char** argv) {
  if (isatty(STDERR_FILENO) == 0) prewarm::LeaveLinesWhole();
  return prewarm::RunCommandLine(argc, argv, {std::cin, std::cout, std::cerr});
}
