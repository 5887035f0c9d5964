// `warmup-controller crd`: the definition of PrewarmPolicy, which travels
// inside the program.
#pragma once

#include <ostream>
#include <string_view>

#include "warmup-controller/commands/run_options.h"

namespace prewarm {

struct CrdOptions {
  RunOptions cluster;  // of it how the cluster is reached
  bool apply = false;
};

// The file deploy/kubernetes/crd.yaml: its name is "crd.yaml". Never freed.
std::string_view EmbeddedDefinition(std::string_view name);

// Prints it, or brings that of the cluster up to date. The exit status: 0; 1
// where the server refuses, or has none; 2 for options that are wrong.
int Crd(const CrdOptions& options, std::ostream& out, std::ostream& err);

}  // namespace prewarm
