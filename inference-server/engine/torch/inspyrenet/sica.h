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

  // x: [B,C,h,w]; saliency, laplacian: fp32 logits [B,1,_,_] of any size,
  // laplacian undefined without. Gives [B,64,h,w] (undefined where it is not
  // `wanted`) and fp32 [B,1,h,w].
  Saliency operator()(const at::Tensor& x, const at::Tensor& saliency,
                      const at::Tensor& laplacian, bool wanted = true) const;

 private:
  // [B,K,h,w] in fp32: how much each pixel of the grid is of each class.
  at::Tensor Classes(const Size& size, const at::Tensor& saliency,
                     const at::Tensor& laplacian) const;
  // [B,K,C] in fp32: what each class looks like.
  at::Tensor Pool(const at::Tensor& x, const at::Tensor& classes) const;
  // [1,K,64] in the network's type: divided by `scale` to fit in.
  struct Projected {
    at::Tensor rows;
    at::Tensor scale;
  };
  Projected Project(const at::Tensor& context, const Convolution& first,
                    const Convolution& second, at::ScalarType type) const;
  // Of rows of one picture with all around that matters.
  Saliency Refine(const at::Tensor& x, const Projected& key,
                  const Projected& value) const;

  Size grid_;
  at::MemoryFormat planes_;
  at::Tensor threshold_, laplacian_threshold_;
  Convolution query0_, query1_, key0_, key1_, value0_, value1_;
  Convolution out1_, out2_, out3_, out4_;
};

}  // namespace prewarm::inspyrenet
