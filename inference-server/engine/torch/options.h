// What both engines of this folder do with their options.
#pragma once

#include <string>

#include "inference-server/engine/engine.h"

namespace prewarm::torch_engine {

// kUnsupported names an architecture that is not here, kInvalidArgument an
// option that the one asked for can't keep.
Status CheckOptions(const EngineOptions& options);

// OpenMP threads of the calling thread's regions; 0: one for each core that
// the process may use, by its affinity and its container's quota. Returns their
// number. OpenBLAS is left one thread, that of its caller (see
// inspyrenet/product.h). The threads are started and get a stack for signals
// each.
int UseThreads(int threads);

EngineInfo DescribeEngine(const EngineOptions& options, Precision precision,
                          const std::string& build);

}  // namespace prewarm::torch_engine
