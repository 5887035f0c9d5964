#include "inference-server/engine/torch/inspyrenet/product.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <vector>

namespace prewarm::inspyrenet {
namespace {

// Multiplications that a thread is worth waking for.
constexpr std::int64_t kGrain = std::int64_t{1} << 16;

void Multiply(const at::Tensor& a, const at::Tensor& b, const at::Tensor& added,
              at::Tensor to) {
  if (added.defined()) {
    at::baddbmm_out(to, added, a, b);
  } else {
    at::bmm_out(to, a, b);
  }
}

}  // namespace

at::Tensor Product(const at::Tensor& a, const at::Tensor& b,
                   const at::Tensor& added) {
  if (!a.is_cpu()) {
    return added.defined() ? at::baddbmm(added, a, b) : at::bmm(a, b);
  }
  const std::int64_t batch = a.size(0), rows = a.size(1), columns = b.size(2);
  at::Tensor y = at::empty({batch, rows, columns}, a.options());
  // Parts of whole matrices; where those are few, of rows or of columns.
  std::int64_t axis = rows < columns ? 2 : 1;
  if (batch >= at::get_num_threads()) axis = 0;
  const at::Tensor plus =
      added.defined() ? added.expand(y.sizes()) : at::Tensor();
  const std::int64_t parts = y.size(axis);
  const std::int64_t each =
      std::max<std::int64_t>(1, y.numel() / std::max<std::int64_t>(1, parts)) *
      a.size(2);
  const std::int64_t grain =
      std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(1, each));
  at::parallel_for(0, parts, grain, [&](auto begin, auto end) {
    const c10::InferenceMode guard;  // each thread's own
    const auto part = [&](const at::Tensor& of, bool whole) {
      return whole ? of : of.slice(axis, begin, end);
    };
    Multiply(part(a, axis == 2), part(b, axis == 1),
             part(plus, !plus.defined()), part(y, false));
  });
  return y;
}

at::Tensor LinearProduct(const at::Tensor& x, const at::Tensor& weight,
                         const at::Tensor& bias) {
  if (!x.is_cpu()) return at::linear(x, weight, bias);
  std::vector<std::int64_t> shape = x.sizes().vec();
  shape.back() = weight.size(0);
  return Product(x.reshape({1, -1, weight.size(1)}), weight.t().unsqueeze(0),
                 bias)
      .view(shape);
}

}  // namespace prewarm::inspyrenet
