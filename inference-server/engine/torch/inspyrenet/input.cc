#include "inference-server/engine/torch/inspyrenet/input.h"

#include <ATen/ATen.h>

namespace prewarm::inspyrenet {
namespace {

constexpr double kMean[] = {0.485, 0.456, 0.406};
constexpr double kDeviation[] = {0.229, 0.224, 0.225};

}  // namespace

at::Tensor ToInput(const at::Tensor& pixels, const caffe2::TypeMeta& type) {
  const at::Tensor values = pixels.permute({2, 0, 1}).to(at::kFloat).div_(255);
  at::Tensor x = at::empty({1, 3, pixels.size(0), pixels.size(1)},
                           pixels.options().dtype(type));
  // Numbers and no tensors: those would have to be copied to the device.
  for (int channel = 0; channel < 3; ++channel) {
    x[0][channel].copy_(
        (values[channel] - kMean[channel]).div_(kDeviation[channel]));
  }
  return x;
}

}  // namespace prewarm::inspyrenet
