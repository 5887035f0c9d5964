#include "inference-server/engine/torch/inspyrenet/parameters.h"

#include <ATen/ATen.h>

#include <sstream>

namespace prewarm::inspyrenet {
namespace {

std::string Text(at::IntArrayRef shape) {
  std::ostringstream text;
  text << shape;
  return text.str();
}

}  // namespace

at::Tensor Parameters::Raw(const std::string& name, at::IntArrayRef shape) {
  at::Tensor found = lookup_(name);
  if (found.defined() && found.sizes() == shape) return found;
  if (status_.ok()) {
    status_ = MakeError(
        ErrorCode::kCorrupt,
        "the weights have no tensor " + name + " of shape " + Text(shape) +
            (found.defined() ? ", but one of " + Text(found.sizes()) : ""),
        name);
  }
  return at::zeros(shape, at::kFloat);
}

at::Tensor Parameters::Place(const at::Tensor& tensor) const {
  // A copy in any case: what the tensor lies on may go.
  return tensor.to(options_, /*non_blocking=*/false, /*copy=*/true);
}

at::Tensor Parameters::PlaceWide(const at::Tensor& tensor) const {
  const at::ScalarType type = c10::typeMetaToScalarType(options_.dtype());
  return tensor.to(options_.dtype(Wide(type)), /*non_blocking=*/false,
                   /*copy=*/true);
}

at::Tensor Parameters::Get(const std::string& name, at::IntArrayRef shape) {
  return Place(Raw(name, shape));
}

}  // namespace prewarm::inspyrenet
