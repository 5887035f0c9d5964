// Which precision is fastest on this machine: what the instruction set
// promises, confirmed by a timed probe (bf16 without avx512_bf16 is emulated
// and takes five times as long).
#pragma once

#include "inference-server/engine/engine.h"

namespace prewarm::torch_engine {

// Milliseconds of a small convolution; infinity where oneDNN refuses it.
struct PrecisionProbe {
  double fp32_ms = 0;
  double bf16_ms = 0;
};

// Pure: `wanted` unless it is kAuto, or bf16 that has no kernels here.
Precision ChoosePrecision(Precision wanted, bool bf16_supported,
                          const PrecisionProbe& probe);

// Takes some 10 ms. Never throws.
PrecisionProbe ProbePrecisions();
bool Bf16Supported();

}  // namespace prewarm::torch_engine
