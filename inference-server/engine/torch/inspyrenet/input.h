// A picture's bytes to what the network takes.
#pragma once

#include <ATen/core/Tensor.h>

namespace prewarm::inspyrenet {

// pixels: uint8 [h,w,3] on any device. Gives [1,3,h,w] of `type` there: each
// channel of 0 to 1, less its mean over ImageNet and divided by its deviation,
// in fp32.
at::Tensor ToInput(const at::Tensor& pixels, const caffe2::TypeMeta& type);

}  // namespace prewarm::inspyrenet
