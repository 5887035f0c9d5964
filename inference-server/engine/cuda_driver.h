// The GPU's driver, spoken to before any library of CUDA is loaded.
#pragma once

#include "common/base/result.h"

namespace prewarm {

// kUnavailable, with the reason, where this machine has no driver. Otherwise
// the first GPU's context is being made on a thread of its own: that takes
// about as long as loading the engine's libraries, and goes on meanwhile.
// Kernels are loaded when they are first used (CUDA_MODULE_LOADING=LAZY,
// whatever it was: all of them at once take ten seconds). A second call does
// nothing.
Status StartCudaContext();

}  // namespace prewarm
