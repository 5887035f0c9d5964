// Wiring only.
#include <iostream>

#include "warmup-controller/commands/command_line.h"

int main(int argc, char** argv) {
  return prewarm::RunCommandLine(argc, argv, {std::cin, std::cout, std::cerr});
}
