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
// In half precision, which ends at 65504: keys meet sums in fp32, values three
// convolutions. What is smaller is not scaled, since that costs bits.
constexpr double kLargestKey = 1 << 14;
constexpr double kLargestValue = 1 << 8;

at::Tensor Probability(const at::Tensor& logits, const Size& size,
                       const at::Tensor& threshold) {
  return at::sigmoid(Resize(logits, size, Corners::kNotAligned)) - threshold;
}

// The same without a copy of the features, which lie channels last: value j of
// pixel (c, m) of that reading is channel c of pixel (m, j), so that the sum is
// one over m of products of small matrices. In half precision the classes come
// in two parts, so that nothing of them is lost.
at::Tensor PoolInPlace(const at::Tensor& x, const at::Tensor& classes) {
  const std::int64_t batch = x.size(0), channels = x.size(1);
  const std::int64_t kinds = classes.size(1);
  std::vector<at::Tensor> parts = {classes.to(x.scalar_type())};
  if (x.scalar_type() != classes.scalar_type()) {
    parts.push_back((classes - parts[0]).to(x.scalar_type()));
  }
  const at::Tensor shares =
      at::cat(parts, 1)
          .view({batch, -1, channels, classes.size(2) / channels})
          .permute({0, 3, 1, 2});
  const at::Tensor pixels =
      x.permute({0, 2, 3, 1}).reshape({-1, channels, channels});
  return WideProduct(shares.reshape({-1, shares.size(2), channels}),
                     pixels.transpose(1, 2))
      .view(
          {batch, -1, static_cast<std::int64_t>(parts.size()), kinds, channels})
      .sum(at::IntArrayRef({1, 2}));
}

}  // namespace

Sica::Sica(Parameters* from, const std::string& name, std::int64_t channels,
           bool laplacian, const Size& grid)
    : channels_(channels),
      scaled_(from->type() == at::kHalf || from->scaled()),
      grid_(grid),
      planes_(from->planes()),
      threshold_(from->GetWide(name + ".threshold", {1})),
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
  laplacian_threshold_ = from->GetWide(name + ".lthreshold", {1});
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

// The memory of the planes is read as pixels of C values: that is what the
// weights were trained with. A sum over a million pixels needs fp32.
at::Tensor Sica::Pool(const at::Tensor& x, const at::Tensor& classes) const {
  const at::Tensor pooled = Resize(x, grid_, Corners::kNotAligned);
  const std::int64_t batch = x.size(0), channels = x.size(1);
  const std::int64_t pixels = grid_.height * grid_.width;
  if (x.is_cuda() && pixels % channels == 0) {
    return PoolInPlace(pooled, classes.flatten(2));
  }
  const at::Tensor rows =
      pooled.contiguous().view({batch, -1, channels}).to(Wide(x.scalar_type()));
  return at::bmm(classes.flatten(2), rows);
}

at::Tensor Sica::Project(const at::Tensor& context, const Convolution& first,
                         const Convolution& second) {
  return second.Linear(first.Linear(context).relu_()).relu_();
}

// Keys and values come of a sum over all pixels, which can leave half
// precision's range. Keys are scaled back in the scores, which are fp32; what
// comes of the values is carried on divided by a power of two.
Sica::Refiner Sica::Prepare(const at::Tensor& key, const at::Tensor& value,
                            const at::Tensor& divisor,
                            at::ScalarType type) const {
  Refiner with{key.to(type), value.to(type), {},    query0_, query1_,
               out1_,        out2_,          out3_, out4_,   {}};
  if (!scaled_) return with;
  const at::Tensor beyond = at::amax(
      at::stack({key * (1 / kLargestKey), value * (1 / kLargestValue)}),
      at::IntArrayRef({1, 2, 3}));
  const at::Tensor scale =
      at::exp2(at::ceil(at::log2(at::clamp_min(beyond, 1))));
  const at::Tensor key_scale = scale.slice(0, 0, 1);
  at::Tensor after = scale.slice(0, 1, 2);
  with.key_scale = key_scale * std::pow(kDepth, -0.5);
  if (divisor.defined()) {
    after = at::maximum(after, divisor);
    with.key_scale = with.key_scale * divisor;
    const at::Tensor inverse = divisor.reciprocal().to(type);
    with.query0 = query0_.Times(inverse);
    with.query1 = query1_.Times(inverse);
  }
  with.divisor = after;
  with.key = (key / key_scale).to(type);
  with.value = (value / after).to(type);
  const at::Tensor inverse = after.reciprocal().to(type);
  with.out1 = out1_.Times(inverse);
  // What is left of x beside it.
  with.out2 = out2_.Times(inverse).Attenuated(
      channels_, divisor.defined() ? (divisor / after).to(type) : inverse);
  with.out3 = out3_.Times(inverse);
  with.out4 = out4_.Times(inverse);
  return with;
}

Saliency Sica::Refine(const at::Tensor& x, const Refiner& with) const {
  const at::ScalarType type = x.scalar_type();
  const at::Tensor query =
      with.query1.Relu(with.query0.Relu(x)).permute({0, 2, 3, 1}).flatten(1, 2);
  at::Tensor scores = WideProduct(query, with.key.transpose(1, 2));
  if (with.key_scale.defined()) {
    scores.mul_(with.key_scale);
  } else {
    scores.mul_(std::pow(kDepth, -0.5));
  }
  const at::Tensor mixed = at::bmm(at::softmax(scores, -1).to(type), with.value)
                               .view({x.size(0), x.size(2), x.size(3), kDepth})
                               .permute({0, 3, 1, 2})
                               .contiguous(planes_);
  at::Tensor y = with.out2.Relu(at::cat({x, with.out1.Relu(mixed)}, 1));
  y = with.out3.Relu(y);
  at::Tensor logits = with.out4.WideValues(y);
  if (with.divisor.defined()) logits = logits * with.divisor;
  return {y, logits, with.divisor};
}

Saliency Sica::operator()(const at::Tensor& x, const at::Tensor& divisor,
                          const at::Tensor& saliency,
                          const at::Tensor& laplacian, bool wanted) const {
  const Size size = SizeOf(x);
  at::Tensor context = Pool(x, Classes(size, saliency, laplacian));
  if (divisor.defined()) context.mul_(divisor);
  const Refiner with =
      Prepare(Project(context, key0_, key1_),
              Project(context, value0_, value1_), divisor, x.scalar_type());
  const std::int64_t rows =
      x.is_cuda() ? size.height
                  : std::max<std::int64_t>(8, kTilePixels / size.width);
  if (rows >= size.height) return Refine(x, with);
  Saliency refined;
  if (wanted) {
    refined.feature = at::empty({x.size(0), kDepth, size.height, size.width},
                                x.options().memory_format(planes_));
  }
  refined.logits = at::empty({x.size(0), 1, size.height, size.width},
                             x.options().dtype(Wide(x.scalar_type())));
  refined.divisor = with.divisor;
  for (std::int64_t row = 0; row < size.height; row += rows) {
    // What a tile's edge makes wrong stays within the halo; at the picture's
    // edge it is right.
    const std::int64_t end = std::min(row + rows, size.height);
    const std::int64_t first = std::max<std::int64_t>(0, row - kHalo);
    const std::int64_t last = std::min(end + kHalo, size.height);
    const Saliency tile = Refine(x.slice(2, first, last), with);
    const auto keep = [&](const at::Tensor& from, const at::Tensor& to) {
      to.slice(2, row, end).copy_(from.slice(2, row - first, end - first));
    };
    if (wanted) keep(tile.feature, refined.feature);
    keep(tile.logits, refined.logits);
  }
  return refined;
}

}  // namespace prewarm::inspyrenet
