// The network's tensors: made of the weights under their names in the official
// state dict, or, ready as the network computes with them, out of a prepared
// state.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <string>

#include "common/base/result.h"
#include "inference-server/engine/torch/inspyrenet/int8.h"
#include "inference-server/engine/torch/inspyrenet/wide.h"

namespace prewarm::inspyrenet {

// How the network computes: in its own way (batch normalisation is part of the
// convolutions, channels last), or, to compare with it bit for bit, in the very
// steps of the original.
enum class Rounding { kOwn, kOriginal };

// Used while the network is made, by one thread. What is missing or of another
// shape is zeros, and the first such tensor the status.
class Parameters {
 public:
  // On the CPU; undefined where there is none of that name.
  using Lookup = std::function<at::Tensor(const std::string& name)>;

  // `weights`: fp32. What is kept is of `options` (type and device) and lies on
  // none of their bytes.
  Parameters(Lookup weights, const at::TensorOptions& options,
             Rounding rounding = Rounding::kOwn)
      : lookup_(std::move(weights)), options_(options), rounding_(rounding) {}
  // `prepared`: what kept() of the same network once gave. On the CPU it is
  // used in place, read-only.
  static Parameters FromPrepared(Lookup prepared,
                                 const at::TensorOptions& options);

  // The network's tensor `name`, contiguous in `shape`: the prepared one, or
  // what `make` makes of the weights.
  using Maker = std::function<at::Tensor()>;
  at::Tensor Keep(const std::string& name, at::IntArrayRef shape,
                  const Maker& make);
  // The same in the type to add up in.
  at::Tensor KeepWide(const std::string& name, at::IntArrayRef shape,
                      const Maker& make);
  // A tensor of the weights as it is.
  at::Tensor Get(const std::string& name, at::IntArrayRef shape);
  at::Tensor GetWide(const std::string& name, at::IntArrayRef shape);
  // The same in eight bits, on the CPU (see int8.h).
  Int8Weight GetInt8(const std::string& name, at::IntArrayRef shape);
  // fp32 on the CPU, for a maker to compute with; not to be kept.
  at::Tensor Raw(const std::string& name, at::IntArrayRef shape);

  // Matrices that may be are kept in eight bits
  // (engine/inspyrenet/int8_tensors).
  void KeepInt8() { int8_ = true; }
  bool int8() const { return int8_; }
  // For tests on the CPU, which has no half precision: what it needs to stay
  // within its range is done in any type.
  void ScaleInAnyType() { scaled_ = true; }
  bool scaled() const { return scaled_; }

  const at::TensorOptions& options() const { return options_; }
  at::ScalarType type() const {
    return c10::typeMetaToScalarType(options_.dtype());
  }
  Rounding rounding() const { return rounding_; }
  at::MemoryFormat planes() const {
    return rounding_ == Rounding::kOwn ? at::MemoryFormat::ChannelsLast
                                       : at::MemoryFormat::Contiguous;
  }

  // All of the network, on its device.
  const std::map<std::string, at::Tensor>& kept() const { return kept_; }
  // kCorrupt names the tensor.
  const Status& status() const { return status_; }

 private:
  at::Tensor Find(const std::string& name, at::IntArrayRef shape,
                  at::ScalarType type);
  at::Tensor KeepAs(at::ScalarType type, const std::string& name,
                    at::IntArrayRef shape, const Maker& make);

  Lookup lookup_;
  at::TensorOptions options_;
  Rounding rounding_;
  bool prepared_ = false;
  bool int8_ = false;
  bool scaled_ = false;
  std::map<std::string, at::Tensor> kept_;
  Status status_ = Ok{};
};

}  // namespace prewarm::inspyrenet
