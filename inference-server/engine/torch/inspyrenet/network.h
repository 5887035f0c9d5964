// InSPyReNet (Kim et al. 2022, arXiv:2209.09475) as transparent-background runs
// it: a salient object's matte from one picture. `base`, `fast` and
// `base-nightly` are this network with other weights and base size.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "inference-server/engine/torch/inspyrenet/context.h"
#include "inference-server/engine/torch/inspyrenet/decoder.h"
#include "inference-server/engine/torch/inspyrenet/parameters.h"
#include "inference-server/engine/torch/inspyrenet/pyramid.h"
#include "inference-server/engine/torch/inspyrenet/sica.h"
#include "inference-server/engine/torch/inspyrenet/swin.h"

namespace prewarm::inspyrenet {

// kInvalidArgument unless the network gives a matte for pictures of that size:
// multiples of 4, 32 at least and together no more than 16 megapixels. Only
// multiples of 32 give a matte of the picture's own size.
Status CheckSize(const Size& size);

// Logits of one forward pass, fp32 [B,1,_,_]: the pyramid's levels d at strides
// 8, 4, 2 and 1, and what was added to reach them.
struct Levels {
  at::Tensor d3, d2, d1, d0, p2, p1, p0;
};

// Immutable, thread-safe. Everything may throw c10::Error.
class Network {
 public:
  // `base`: 1024 x 1024, for `fast` 384 x 384: what the weights were trained
  // on, not what can be put in.
  Network(Parameters* from, const Size& base);

  // Called with each stage as it is done: "s0" to "s4", then "d3" to "p0".
  using Observer =
      std::function<void(const std::string& stage, const at::Tensor& value)>;

  // x: [B,3,H,W], of the parameters' type and device, of a size that CheckSize
  // accepts. `layouts`: of that size, so that they need not be made on a GPU.
  Levels Forward(const at::Tensor& x, const Observer& observer = {},
                 const WindowLayouts* layouts = nullptr) const;

  const Pyramid& pyramid() const { return pyramid_; }

 private:
  Swin backbone_;
  std::vector<Context> contexts_;
  Decoder decoder_;
  Sica attention2_, attention1_, attention0_;
  Pyramid pyramid_;
};

// The matte [B,1,H,W] of the finest level: each picture's own darkest value
// becomes 0 and its brightest 1.
at::Tensor Matte(const at::Tensor& logits);

// The same for what is served: where the network is not sure of any pixel of a
// picture (sigmoid over 0.5) nothing is stretched, since noise would become the
// subject.
at::Tensor HonestMatte(const at::Tensor& logits);

}  // namespace prewarm::inspyrenet
