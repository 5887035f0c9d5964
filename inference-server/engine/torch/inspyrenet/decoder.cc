#include "inference-server/engine/torch/inspyrenet/decoder.h"

#include <ATen/ATen.h>

#include "inference-server/engine/torch/inspyrenet/resize.h"

namespace prewarm::inspyrenet {

Decoder::Decoder(Parameters* from)
    : conv1_(from, "decoder.conv1", {3 * kDepth, kDepth, 3, 3}),
      attention_(from, "decoder"),
      conv2_(from, "decoder.conv2", {kDepth, kDepth, 3, 3}),
      conv3_(from, "decoder.conv3", {kDepth, kDepth, 3, 3}),
      conv4_(from, "decoder.conv4", {kDepth, kDepth, 3, 3}),
      conv5_(Convolution::Plain(from, "decoder.conv5", {kDepth, 1, 3, 3})) {}

Saliency Decoder::operator()(const at::Tensor& c3, const at::Tensor& c4,
                             const at::Tensor& c5) const {
  const Size size = SizeOf(c3);
  const at::Tensor joined = at::cat({Resize(c5, size, Corners::kAligned),
                                     Resize(c4, size, Corners::kAligned), c3},
                                    1);
  const at::Tensor feature = conv4_(conv3_(conv2_(attention_(conv1_(joined)))));
  return {feature, conv5_(feature)};
}

}  // namespace prewarm::inspyrenet
