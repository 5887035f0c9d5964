// Scale-invariant context attention (InSPyReNet, Kim et al. 2022,
// arXiv:2209.09475): refines a saliency map by what foreground, background and
// the confused pixels between look like on the whole picture.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "inference-server/engine/torch/inspyrenet/decoder.h"
#include "inference-server/engine/torch/inspyrenet/resize.h"

namespace prewarm::inspyrenet {

// Immutable, thread-safe.
class Sica {
 public:
  // `grid`: what features are pooled on, fixed with the weights. `laplacian`:
  // takes the pyramid's logits as well.
  Sica(Parameters* from, const std::string& name, std::int64_t channels,
       bool laplacian, const Size& grid);

  // x: [B,C,h,w], divided by `divisor` (see Saliency); saliency, laplacian:
  // fp32 logits [B,1,_,_] of any size, laplacian undefined without. Gives
  // [B,64,h,w] (undefined where it is not `wanted`) and fp32 [B,1,h,w].
  Saliency operator()(const at::Tensor& x, const at::Tensor& divisor,
                      const at::Tensor& saliency, const at::Tensor& laplacian,
                      bool wanted = true) const;

 private:
  // [B,K,h,w] in fp32: how much each pixel of the grid is of each class.
  at::Tensor Classes(const Size& size, const at::Tensor& saliency,
                     const at::Tensor& laplacian) const;
  // [B,K,C] in fp32: what each class looks like in x.
  at::Tensor Pool(const at::Tensor& x, const at::Tensor& classes) const;
  // [B,K,64] in fp32.
  static at::Tensor Project(const at::Tensor& context, const Convolution& first,
                            const Convolution& second);
  // The convolutions after the pooling, for certain keys and values.
  struct Refiner {
    at::Tensor key, value;  // [B,K,64] in the network's type
    at::Tensor key_scale;   // what the scores lack; undefined: 1 / 8
    Convolution query0, query1, out1, out2, out3, out4;
    at::Tensor divisor;  // of what Refine gives; undefined: 1
  };
  Refiner Prepare(const at::Tensor& key, const at::Tensor& value,
                  const at::Tensor& divisor, at::ScalarType type) const;
  // [B,64,n,w]: what each pixel asked for finds.
  static at::Tensor Attend(const at::Tensor& query, const Refiner& with);

  std::int64_t channels_;
  bool scaled_;  // see Prepare
  Size grid_;
  at::MemoryFormat planes_;
  at::Tensor threshold_, laplacian_threshold_;
  Convolution query0_, query1_, key0_, key1_, value0_, value1_;
  Convolution out1_, out2_, out3_, out4_;
};

}  // namespace prewarm::inspyrenet
