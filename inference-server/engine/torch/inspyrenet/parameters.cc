#include "inference-server/engine/torch/inspyrenet/parameters.h"

#include <ATen/ATen.h>

#include <sstream>

namespace prewarm::inspyrenet {
namespace {

std::string Text(const at::Tensor& tensor) {
  std::ostringstream text;
  text << tensor.scalar_type() << tensor.sizes();
  return text.str();
}

}  // namespace

Parameters Parameters::FromPrepared(Lookup prepared,
                                    const at::TensorOptions& options) {
  Parameters parameters(std::move(prepared), options);
  parameters.prepared_ = true;
  return parameters;
}

at::Tensor Parameters::Find(const std::string& name, at::IntArrayRef shape,
                            at::ScalarType type) {
  at::Tensor found = lookup_(name);
  if (found.defined() && found.sizes() == shape &&
      found.scalar_type() == type) {
    return found;
  }
  at::Tensor zeros = at::zeros(shape, type);
  if (status_.ok()) {
    status_ = MakeError(
        ErrorCode::kCorrupt,
        "there is no tensor " + name + " of " + Text(zeros) +
            (found.defined() ? ", but one of " + Text(found) : std::string()),
        name);
  }
  return zeros;
}

at::Tensor Parameters::Raw(const std::string& name, at::IntArrayRef shape) {
  return Find(name, shape, at::kFloat);
}

at::Tensor Parameters::KeepAs(at::ScalarType type, const std::string& name,
                              at::IntArrayRef shape, const Maker& make) {
  at::Tensor tensor;
  if (prepared_) {
    tensor = Find(name, shape, type).to(options_.device());
  } else {
    // A copy in any case: what the weights lie on may go.
    tensor = make()
                 .reshape(shape)
                 .to(type, /*non_blocking=*/false, /*copy=*/true)
                 .contiguous(at::MemoryFormat::Contiguous)
                 .to(options_.device());
  }
  return kept_[name] = tensor;
}

at::Tensor Parameters::Keep(const std::string& name, at::IntArrayRef shape,
                            const Maker& make) {
  return KeepAs(type(), name, shape, make);
}

at::Tensor Parameters::KeepWide(const std::string& name, at::IntArrayRef shape,
                                const Maker& make) {
  return KeepAs(Wide(type()), name, shape, make);
}

Int8Weight Parameters::GetInt8(const std::string& name, at::IntArrayRef shape) {
  const std::string scales = name + ".scale";
  Int8Weight weight{at::zeros(shape, at::kChar), at::ones({shape[0]})};
  if (prepared_) {
    weight = {Find(name, shape, at::kChar),
              Find(scales, {shape[0]}, at::kFloat)};
  } else {
    auto made = Quantise(Raw(name, shape), name);
    if (made.ok()) {
      weight = std::move(made).value();
    } else if (status_.ok()) {
      status_ = made.error();
    }
  }
  kept_[name] = weight.values;
  kept_[scales] = weight.scales;
  return weight;
}

at::Tensor Parameters::Get(const std::string& name, at::IntArrayRef shape) {
  return Keep(name, shape, [&] { return Raw(name, shape); });
}

at::Tensor Parameters::GetWide(const std::string& name, at::IntArrayRef shape) {
  return KeepWide(name, shape, [&] { return Raw(name, shape); });
}

}  // namespace prewarm::inspyrenet
