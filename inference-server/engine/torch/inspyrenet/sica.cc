#include "inference-server/engine/torch/inspyrenet/sica.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace prewarm::inspyrenet {
namespace {

// Five 3 x 3 convolutions follow one another: two of the query, three after
// the attention.
constexpr std::int64_t kHalo = 5;
// Pixels that are refined at once; the more, the more memory.
constexpr std::int64_t kTilePixels = std::int64_t{1} << 14;

at::Tensor Probability(const at::Tensor& logits, const Size& size,
                       const at::Tensor& threshold) {
  return at::sigmoid(Resize(logits, size, Corners::kNotAligned)) - threshold;
}

}  // namespace

Sica::Sica(Parameters* from, const std::string& name, std::int64_t channels,
           bool laplacian, const Size& grid)
    : grid_(grid),
      planes_(from->planes()),
      threshold_(from->PlaceWide(from->Raw(name + ".threshold", {1}))),
      query0_(from, name + ".conv_query.0", {channels, kDepth, 3, 3}),
      query1_(from, name + ".conv_query.1", {kDepth, kDepth, 3, 3}),
      key0_(from, name + ".conv_key.0", {channels, kDepth}, true),
      key1_(from, name + ".conv_key.1", {kDepth, kDepth}, true),
      value0_(from, name + ".conv_value.0", {channels, kDepth}, true),
      value1_(from, name + ".conv_value.1", {kDepth, kDepth}, true),
      out1_(from, name + ".conv_out1", {kDepth, kDepth, 3, 3}),
      out2_(from, name + ".conv_out2", {channels + kDepth, kDepth, 3, 3}),
      out3_(from, name + ".conv_out3", {kDepth, kDepth, 3, 3}),
      out4_(from, name + ".conv_out4", {kDepth, 1}) {
  if (!laplacian) return;
  laplacian_threshold_ = from->PlaceWide(from->Raw(name + ".lthreshold", {1}));
}

at::Tensor Sica::Classes(const Size& size, const at::Tensor& saliency,
                         const at::Tensor& laplacian) const {
  const at::Tensor p = Probability(saliency, size, threshold_);
  std::vector<at::Tensor> classes = {at::clamp(p, 0, 1), at::clamp(-p, 0, 1),
                                     threshold_ - at::abs(p)};
  if (laplacian_threshold_.defined()) {
    const at::Tensor l = Probability(laplacian, size, laplacian_threshold_);
    classes.push_back(at::clamp(l, 0, 1));
    classes.push_back(at::clamp(-l, 0, 1));
  }
  return Resize(at::cat(classes, 1), grid_, Corners::kNotAligned);
}

at::Tensor Sica::Pool(const at::Tensor& x, const at::Tensor& classes) const {
  const at::Tensor pooled = Resize(x, grid_, Corners::kNotAligned);
  // The memory of the planes is read as pixels of C values: that is what the
  // weights were trained with. A sum over a million pixels needs fp32.
  const at::Tensor pixels = pooled.contiguous()
                                .view({x.size(0), -1, x.size(1)})
                                .to(Wide(x.scalar_type()));
  return at::bmm(classes.flatten(2), pixels);
}

Sica::Projected Sica::Project(const at::Tensor& context,
                              const Convolution& first,
                              const Convolution& second,
                              at::ScalarType type) const {
  const at::Tensor rows = second.Linear(first.Linear(context).relu_()).relu_();
  if (type == rows.scalar_type()) return {rows, {}};
  // A sum over all pixels can leave half precision's range.
  const at::Tensor scale = at::clamp_min(rows.amax(), 1);
  return {(rows / scale).to(type), scale};
}

Saliency Sica::Refine(const at::Tensor& x, const Projected& key,
                      const Projected& value) const {
  const at::ScalarType type = x.scalar_type();
  const at::Tensor query =
      query1_.Relu(query0_.Relu(x)).permute({0, 2, 3, 1}).flatten(1, 2);
  at::Tensor scores = at::matmul(query, key.rows.transpose(1, 2))
                          .to(Wide(type))
                          .mul_(std::pow(kDepth, -0.5));
  if (key.scale.defined()) scores.mul_(key.scale);
  const at::Tensor mixed =
      at::matmul(at::softmax(scores, -1).to(type), value.rows)
          .view({1, x.size(2), x.size(3), kDepth})
          .permute({0, 3, 1, 2})
          .contiguous(planes_);
  at::Tensor y =
      out2_.Relu(at::cat({x, out1_.Scaled(mixed, value.scale).relu_()}, 1));
  y = out3_.Relu(y);
  return {y, out4_(y).to(Wide(type))};
}

Saliency Sica::operator()(const at::Tensor& x, const at::Tensor& saliency,
                          const at::Tensor& laplacian, bool wanted) const {
  const Size size = SizeOf(x);
  const at::Tensor context = Pool(x, Classes(size, saliency, laplacian));
  Saliency refined;
  if (wanted) {
    refined.feature = at::empty({x.size(0), kDepth, size.height, size.width},
                                x.options().memory_format(planes_));
  }
  refined.logits = at::empty({x.size(0), 1, size.height, size.width},
                             x.options().dtype(Wide(x.scalar_type())));
  const std::int64_t rows =
      x.is_cuda() ? size.height
                  : std::max<std::int64_t>(8, kTilePixels / size.width);
  for (std::int64_t picture = 0; picture < x.size(0); ++picture) {
    const at::Tensor seen = context.slice(0, picture, picture + 1);
    const Projected key = Project(seen, key0_, key1_, x.scalar_type());
    const Projected value = Project(seen, value0_, value1_, x.scalar_type());
    for (std::int64_t row = 0; row < size.height; row += rows) {
      // What a tile's edge makes wrong stays within the halo; at the picture's
      // edge it is right.
      const std::int64_t end = std::min(row + rows, size.height);
      const std::int64_t first = std::max<std::int64_t>(0, row - kHalo);
      const std::int64_t last = std::min(end + kHalo, size.height);
      const Saliency tile = Refine(
          x.slice(0, picture, picture + 1).slice(2, first, last), key, value);
      const auto keep = [&](const at::Tensor& from, const at::Tensor& to) {
        to[picture]
            .slice(1, row, end)
            .copy_(from[0].slice(1, row - first, end - first));
      };
      if (wanted) keep(tile.feature, refined.feature);
      keep(tile.logits, refined.logits);
    }
  }
  return refined;
}

}  // namespace prewarm::inspyrenet
