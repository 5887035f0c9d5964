// The last step of the network: logits to a matte of twice their size.
#pragma once

namespace prewarm::fused {

// `logits`: height x width. Enlarges them bilinearly (half-pixel centres, edges
// repeated) and applies the sigmoid; `out` holds 2 height x 2 width values. NaN
// stays NaN. By hand: oneDNN would prepare 32 MB of indices and weights.
void SigmoidOfDoubled(const float* logits, int height, int width, float* out);

}  // namespace prewarm::fused
