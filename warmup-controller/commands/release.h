// `warmup-controller release`: gives back what controllers have raised, before
// they are uninstalled.
#pragma once

#include <ostream>
#include <string>

#include "warmup-controller/commands/run_options.h"

namespace prewarm {

struct ReleaseOptions {
  // Of it the cluster, the namespace ("": all of them), the lease and the rate.
  RunOptions cluster;
  bool all = false;
  std::string policy;  // "namespace/name"; one of both is said
};

// The exit status: 0 when nothing of ours is left, 1 when something is, 2 for
// options that are wrong.
int Release(const ReleaseOptions& options, std::ostream& out,
            std::ostream& err);

}  // namespace prewarm
