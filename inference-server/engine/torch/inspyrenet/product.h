// Products of matrices, by the threads that everything else here runs on.
//
// A BLAS with threads of its own (Debian's OpenBLAS) leaves them waiting for
// more work on the cores that the next operation needs. Here each thread calls
// BLAS for a part of its own; UseThreads (options.h) makes that one thread's.
#pragma once

#include <ATen/core/Tensor.h>

namespace prewarm::inspyrenet {

// [B,m,k] x [B,k,n] gives [B,m,n], contiguous; plus `added`, if defined, which
// expands to that. All of one type, on one device.
at::Tensor Product(const at::Tensor& a, const at::Tensor& b,
                   const at::Tensor& added = {});

// x: [...,in], weight: [out,in], bias: [out] or undefined.
at::Tensor LinearProduct(const at::Tensor& x, const at::Tensor& weight,
                         const at::Tensor& bias);

}  // namespace prewarm::inspyrenet
