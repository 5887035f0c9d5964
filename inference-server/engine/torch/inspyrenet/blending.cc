#include "inference-server/engine/torch/inspyrenet/blending.h"

#include <ATen/ATen.h>
#include <malloc.h>

#include <algorithm>
#include <cmath>

namespace prewarm::inspyrenet {
namespace {

// How many columns to each side the ellipse covers `row` rows from its middle.
std::int64_t Reach(std::int64_t radius, std::int64_t row) {
  const auto r = static_cast<double>(radius);
  const auto y = static_cast<double>(row);
  return static_cast<std::int64_t>(
      std::nearbyint(r * std::sqrt((r * r - y * y) / (r * r))));
}

// to[i] = max(to[i], from[i + step]) along the axis, where that exists.
void Raise(const at::Tensor& to, const at::Tensor& from, std::int64_t axis,
           std::int64_t step) {
  const std::int64_t length = to.size(axis);
  const std::int64_t shared = length - std::abs(step);
  if (shared <= 0) return;
  at::Tensor target = to.narrow(axis, std::max<std::int64_t>(0, -step), shared);
  at::maximum_out(target, target,
                  from.narrow(axis, std::max<std::int64_t>(0, step), shared));
}

// Row by row of the ellipse, from the narrowest on: each pixel's highest value
// of so many columns, moved up and down.
at::Tensor Dilate(const at::Tensor& x, std::int64_t kernel) {
  const std::int64_t radius = kernel / 2;
  at::Tensor across = x.clone();
  at::Tensor highest = x.clone();
  for (std::int64_t columns = 0; columns <= radius; ++columns) {
    Raise(across, x, 3, columns);
    Raise(across, x, 3, -columns);
    for (std::int64_t row = 0; row <= radius; ++row) {
      if (Reach(radius, row) != columns) continue;
      Raise(highest, across, 2, row);
      Raise(highest, across, 2, -row);
    }
  }
  return highest;
}

at::Tensor Blend(const Network& network, const at::Tensor& small,
                 const at::Tensor& x, const Network::Observer& observer) {
  // One after the other: of the small one no more than its matte is kept. The
  // pieces that it leaves to the heap would not fit the large one.
  const at::Tensor subject = network.Forward(small).d0;
  malloc_trim(0);
  const Levels levels = network.Forward(x, observer);
  struct Step {
    std::int64_t kernel;
    const at::Tensor& detail;
  };
  at::Tensor d = Resize(subject, SizeOf(levels.d3), Corners::kNotAligned);
  for (const Step& step :
       {Step{5, levels.p2}, Step{9, levels.p1}, Step{17, levels.p0}}) {
    const at::Tensor mask = Resize(Boundary(d, step.kernel),
                                   SizeOf(step.detail), Corners::kNotAligned);
    d = network.pyramid().Reconstruct(d, mask * step.detail);
  }
  return d;
}

}  // namespace

bool Blending::Takes(const Size& size) const {
  return threshold > 0 && size.height > threshold && size.width > threshold;
}

at::Tensor Boundary(const at::Tensor& logits, std::int64_t kernel) {
  const at::Tensor p = at::sigmoid(logits);
  // The lowest value around is what the highest of the negative is.
  const at::Tensor spread = Dilate(p, kernel) + Dilate(-p, kernel);
  return at::gt(spread, 0.5).to(p.scalar_type());
}

at::Tensor ResearchLogits(const Network& network, const Blending& blending,
                          const at::Tensor& x,
                          const Network::Observer& observer) {
  if (blending.threshold <= 0) return network.Forward(x, observer).d0;
  const at::Tensor small =
      Resize(x.to(Wide(x.scalar_type())), blending.base, Corners::kNotAligned)
          .to(x.scalar_type());
  if (!blending.Takes(SizeOf(x))) return network.Forward(small, observer).d0;
  return Blend(network, small, x, observer);
}

at::Tensor ServedLogits(const Network& network, const Blending& blending,
                        const at::Tensor& x, const WindowLayouts* layouts) {
  if (!blending.Takes(SizeOf(x)) || SizeOf(x) == blending.base) {
    return network.Forward(x, {}, layouts).d0;
  }
  const at::Tensor small =
      at::_upsample_bilinear2d_aa(x.to(Wide(x.scalar_type())),
                                  {blending.base.height, blending.base.width},
                                  /*align_corners=*/false)
          .to(x.scalar_type());
  return Blend(network, small, x, {});
}

}  // namespace prewarm::inspyrenet
