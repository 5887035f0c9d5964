#include "inference-server/engine/torch/inspyrenet/row_convolution.h"

#include <ATen/ATen.h>

#include <vector>

namespace prewarm::inspyrenet {

RowConvolution::RowConvolution(const Convolution& of)
    : whole_(of), inner_(of.WithinRows()) {}

at::Tensor RowConvolution::Relu(const at::Tensor& rows, bool last) {
  if (!kept_.defined() && last) return whole_.Relu(rows);
  const auto zeros = [&] { return at::zeros_like(rows.slice(2, 0, 1)); };
  std::vector<at::Tensor> parts = {kept_.defined() ? kept_ : zeros(), rows};
  if (last) parts.push_back(zeros());
  const at::Tensor joined = at::cat(parts, 2);
  // A copy, so that the other rows are let go.
  if (!last) kept_ = joined.slice(2, joined.size(2) - 2).clone();
  return inner_.Relu(joined);
}

}  // namespace prewarm::inspyrenet
