// Matrix product of bytes, on oneDNN.
#pragma once

#include <cstdint>

namespace prewarm::inspyrenet {

// Whether this machine multiplies bytes without losing bits: AVX-512 with VNNI,
// as far as ONEDNN_MAX_CPU_ISA lets oneDNN use it. Older instructions may
// saturate.
bool MultipliesInt8();

// sums[m,n] = codes[m,k] * weight[n,k], transposed: exact while 255 * 127 * k
// fits in 31 bits. On OpenMP's threads; any thread may call. Throws c10::Error,
// and std::bad_alloc where memory ran out.
void MultiplyInt8(const std::uint8_t* codes, const std::int8_t* weight,
                  std::int64_t m, std::int64_t k, std::int64_t n,
                  std::int32_t* sums);

}  // namespace prewarm::inspyrenet
