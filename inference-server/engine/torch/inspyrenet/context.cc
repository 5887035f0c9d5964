#include "inference-server/engine/torch/inspyrenet/context.h"

#include <ATen/ATen.h>

namespace prewarm::inspyrenet {

Context::Branch::Branch(Parameters* from, const std::string& name,
                        std::int64_t channels, std::int64_t kernel)
    : reduce(from, name + ".conv0", {channels, kDepth}),
      across(from, name + ".conv1", {kDepth, kDepth, 1, kernel}),
      down(from, name + ".conv2", {kDepth, kDepth, kernel, 1}),
      attention(from, name),
      spread(from, name + ".conv3", {kDepth, kDepth, 3, 3, kernel}) {}

at::Tensor Context::Branch::operator()(const at::Tensor& x) const {
  return spread(attention(down(across(reduce(x)))));
}

Context::Context(Parameters* from, const std::string& name,
                 std::int64_t channels)
    : plain_(from, name + ".branch0", {channels, kDepth}),
      join_(from, name + ".conv_cat", {4 * kDepth, kDepth, 3, 3}),
      residual_(from, name + ".conv_res", {channels, kDepth}) {
  for (const int branch : {1, 2, 3}) {
    branches_.emplace_back(from, name + ".branch" + std::to_string(branch),
                           channels, 2 * branch + 1);
  }
}

at::Tensor Context::operator()(const at::Tensor& x) const {
  std::vector<at::Tensor> parts = {plain_(x)};
  for (const Branch& branch : branches_) parts.push_back(branch(x));
  return join_.ReluWith(at::cat(parts, 1), residual_(x));
}

}  // namespace prewarm::inspyrenet
