#include "inference-server/engine/torch/inspyrenet/linear.h"

#include <ATen/ATen.h>

#include "inference-server/engine/inspyrenet/int8_tensors.h"
#include "inference-server/engine/torch/inspyrenet/product.h"

namespace prewarm::inspyrenet {

Linear::Linear(Parameters* from, const std::string& name, std::int64_t in,
               std::int64_t out, bool bias) {
  const std::string weight = name + ".weight";
  if (from->int8() && IsKeptInInt8(weight)) {
    quantised_ = std::make_shared<QuantisedLinear>(
        from->GetInt8(weight, {out, in}),
        bias ? from->GetWide(name + ".bias", {out}) : at::Tensor(),
        from->options());
    return;
  }
  weight_ = from->Get(weight, {out, in});
  if (bias) bias_ = from->Get(name + ".bias", {out});
}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  if (quantised_ != nullptr) return (*quantised_)(x);
  return LinearProduct(x, weight_, bias_);
}

}  // namespace prewarm::inspyrenet
