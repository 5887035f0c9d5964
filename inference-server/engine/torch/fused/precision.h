// Which precision is fastest on this machine: what the instruction set
// promises, confirmed by a timed probe (bf16 without avx512_bf16 is emulated
// and takes five times as long).
#pragma once

#include "inference-server/engine/engine.h"

namespace prewarm::fused {

// Milliseconds of one convolution on one thread; infinity where oneDNN refuses
// bf16.
struct PrecisionProbe {
  double fp32_ms = 0;
  double bf16_ms = 0;
};

// Pure: kFp32 where bf16 has no kernels, else `wanted` unless it is kAuto; then
// bf16 if the probe found it at least a tenth faster.
Precision ChoosePrecision(Precision wanted, bool bf16_supported,
                          const PrecisionProbe& probe);

// The same with this machine's instruction set, probing only if that decides.
Precision ChoosePrecisionHere(Precision wanted);

// Takes about 25 ms. Never throws. Not beside another use of OpenMP on this
// thread.
PrecisionProbe ProbePrecisions();

}  // namespace prewarm::fused
