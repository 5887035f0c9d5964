// The network's tensors by their names in the official state dict.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>

#include "common/base/result.h"

namespace prewarm::inspyrenet {

// The type to add up in: at least fp32.
inline at::ScalarType Wide(at::ScalarType type) {
  return type == at::kDouble ? at::kDouble : at::kFloat;
}

// How the network computes: in its own way (batch normalisation is part of the
// convolutions, channels last), or, to compare with it bit for bit, in the very
// steps of the original.
enum class Rounding { kOwn, kOriginal };

// Used while the network is made, by one thread. What is missing or of another
// shape is zeros, and the first such tensor the status.
class Parameters {
 public:
  // fp32 on the CPU; undefined where there is none of that name.
  using Lookup = std::function<at::Tensor(const std::string& name)>;

  // What Get gives is of `options` (type and device).
  Parameters(Lookup lookup, const at::TensorOptions& options,
             Rounding rounding = Rounding::kOwn)
      : lookup_(std::move(lookup)), options_(options), rounding_(rounding) {}

  at::Tensor Get(const std::string& name, at::IntArrayRef shape);
  // fp32 on the CPU, to compute with; not to be kept.
  at::Tensor Raw(const std::string& name, at::IntArrayRef shape);
  // A copy of the type and on the device of the network.
  at::Tensor Place(const at::Tensor& tensor) const;
  // The same in the type to add up in.
  at::Tensor PlaceWide(const at::Tensor& tensor) const;
  const at::TensorOptions& options() const { return options_; }
  Rounding rounding() const { return rounding_; }
  at::MemoryFormat planes() const {
    return rounding_ == Rounding::kOwn ? at::MemoryFormat::ChannelsLast
                                       : at::MemoryFormat::Contiguous;
  }

  // kCorrupt names the tensor.
  const Status& status() const { return status_; }

 private:
  const Lookup lookup_;
  const at::TensorOptions options_;
  const Rounding rounding_;
  Status status_ = Ok{};
};

}  // namespace prewarm::inspyrenet
