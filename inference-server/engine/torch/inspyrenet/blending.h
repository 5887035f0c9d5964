// Two-scale blending, as the research code does it and transparent-background
// does not: a large picture at its own size gives the details, the same picture
// at the size that the network was trained on says what the subject is.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "inference-server/engine/torch/inspyrenet/network.h"

namespace prewarm::inspyrenet {

struct Blending {
  std::int64_t threshold = 0;  // pixels; 0: never
  Size base;                   // of the small picture; CheckSize accepts it

  // Whether the option is on and both sides are over the threshold.
  bool Takes(const Size& size) const;
};

// Everything below may throw c10::Error. x: as Network::Forward wants it. Gives
// the finest level's logits [B,1,_,_], to make the matte of.

// What the research code gives: the blend, or, where the option is on and a
// side is not over the threshold, that of the small picture alone. The small
// picture is bilinear of x, no pixel between its samples being looked at. The
// observer sees the stages of x, or else of the small picture.
at::Tensor ResearchLogits(const Network& network, const Blending& blending,
                          const at::Tensor& x,
                          const Network::Observer& observer = {});

// What is served: the blend where `blending` takes x, unless x has the base
// size already. The small picture is the mean of what lies around each sample,
// as where a photo is resized to it. `layouts`: of x, see Network::Forward.
at::Tensor ServedLogits(const Network& network, const Blending& blending,
                        const at::Tensor& x,
                        const WindowLayouts* layouts = nullptr);

// Where a pixel of sigmoid(logits) and one around it are more than half apart:
// 1, else 0. Around it is what cv2's MORPH_ELLIPSE of kernel x kernel covers,
// as far as it lies on the picture.
at::Tensor Boundary(const at::Tensor& logits, std::int64_t kernel);

}  // namespace prewarm::inspyrenet
