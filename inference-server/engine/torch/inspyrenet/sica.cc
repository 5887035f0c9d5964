#include "inference-server/engine/torch/inspyrenet/sica.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "inference-server/engine/torch/inspyrenet/product.h"
#include "inference-server/engine/torch/inspyrenet/row_convolution.h"

namespace prewarm::inspyrenet {
namespace {

// Pixels that are refined at once; the more, the more memory.
constexpr std::int64_t kTilePixels = std::int64_t{1} << 13;
// Five convolutions follow one another, and at first each gives a row fewer.
constexpr std::int64_t kFewestRows = 8;
// All channels are a multiple of it.
constexpr std::int64_t kPoolParts = 8;
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
  const at::Tensor sums =
      WideProduct(shares.reshape({-1, shares.size(2), channels}),
                  pixels.transpose(1, 2))
          .view({batch, -1, kinds * channels});
  // A product, whose kernels are loaded anyway: those of sum() take 12 ms.
  return at::bmm(at::ones({batch, 1, sums.size(1)}, sums.options()), sums)
      .view({batch, kinds, channels});
}

// The lowest power of two that is not less; of 1 and more, in fp32. log2, ceil
// and exp2 do the same, and their kernels take 20 ms to load.
at::Tensor PowerOfTwo(const at::Tensor& x) {
  constexpr int kFraction = 0x7fffff, kExponent = 0x7f800000;
  return (x.view(at::kInt) + kFraction)
      .bitwise_and_(kExponent)
      .view(at::kFloat);
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
  // Times -1, since a GPU has loaded that kernel and not the one of a sign.
  std::vector<at::Tensor> classes = {
      at::clamp(p, 0, 1), at::clamp(p * -1, 0, 1), threshold_ - at::abs(p)};
  if (laplacian_threshold_.defined()) {
    const at::Tensor l = Probability(laplacian, size, laplacian_threshold_);
    classes.push_back(at::clamp(l, 0, 1));
    classes.push_back(at::clamp(l * -1, 0, 1));
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
  // A part of the channels after the other, so that not all are copied.
  const std::int64_t step = pooled.is_contiguous() || pixels % kPoolParts != 0
                                ? channels
                                : channels / kPoolParts;
  const std::int64_t count = step * pixels / channels;
  at::Tensor context;
  for (std::int64_t i = 0; i < channels / step; ++i) {
    const at::Tensor rows = pooled.slice(1, i * step, (i + 1) * step)
                                .contiguous()
                                .view({batch, -1, channels})
                                .to(Wide(x.scalar_type()));
    const at::Tensor part =
        Product(classes.flatten(2).slice(2, i * count, (i + 1) * count), rows);
    context = context.defined() ? context.add_(part) : part;
  }
  return context;
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
  const at::Tensor one = at::ones({1}, key.options());
  // one / x and not its reciprocal, whose kernel is not loaded yet.
  const auto scale = [&](const at::Tensor& of, double largest,
                         const at::Tensor& least) {
    return PowerOfTwo(
        at::amax(at::cat({of.flatten() * (1 / largest), least}), 0, true));
  };
  const at::Tensor key_scale = scale(key, kLargestKey, one);
  const at::Tensor after =
      scale(value, kLargestValue, divisor.defined() ? divisor : one);
  with.key_scale = key_scale * std::pow(kDepth, -0.5);
  if (divisor.defined()) {
    with.key_scale = with.key_scale * divisor;
    const at::Tensor inverse = (one / divisor).to(type);
    with.query0 = query0_.Times(inverse);
    with.query1 = query1_.Times(inverse);
  }
  with.divisor = after;
  with.key = (key / key_scale).to(type);
  with.value = (value / after).to(type);
  const at::Tensor inverse = (one / after).to(type);
  with.out1 = out1_.Times(inverse);
  // What is left of x beside it.
  with.out2 = out2_.Times(inverse).Attenuated(
      channels_, divisor.defined() ? (divisor / after).to(type) : inverse);
  with.out3 = out3_.Times(inverse);
  with.out4 = out4_.Times(inverse);
  return with;
}

at::Tensor Sica::Attend(const at::Tensor& query, const Refiner& with) {
  at::Tensor scores = WideProduct(query.permute({0, 2, 3, 1}).flatten(1, 2),
                                  with.key.transpose(1, 2));
  if (with.key_scale.defined()) {
    scores.mul_(with.key_scale);
  } else {
    scores.mul_(std::pow(kDepth, -0.5));
  }
  return Product(at::softmax(scores, -1).to(query.scalar_type()), with.value)
      .view({query.size(0), query.size(2), query.size(3), kDepth})
      .permute({0, 3, 1, 2});
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
      x.is_cuda()
          ? size.height
          : std::max<std::int64_t>(kFewestRows, kTilePixels / size.width);
  Saliency refined;
  refined.divisor = with.divisor;
  // The convolutions follow one another a few rows at a time, each a row later
  // than the one before it.
  RowConvolution query0(with.query0), query1(with.query1), out1(with.out1),
      out2(with.out2), out3(with.out3);
  std::int64_t joined = 0, done = 0;
  for (std::int64_t row = 0; row < size.height; row += rows) {
    const bool last = row + rows >= size.height;
    const at::Tensor query = query1.Relu(
        query0.Relu(x.slice(2, row, std::min(row + rows, size.height)), last),
        last);
    const at::Tensor found =
        out1.Relu(Attend(query, with).contiguous(planes_), last);
    const at::Tensor beside = x.slice(2, joined, joined + found.size(2));
    joined += found.size(2);
    const at::Tensor y =
        out3.Relu(out2.Relu(at::cat({beside, found}, 1), last), last);
    at::Tensor logits = with.out4.WideValues(y);
    if (with.divisor.defined()) logits = logits * with.divisor;
    if (row == 0 && last) return {y, logits, with.divisor};
    const auto keep = [&](const at::Tensor& from, at::Tensor* to) {
      if (!to->defined()) {
        *to = at::empty({x.size(0), from.size(1), size.height, size.width},
                        from.options().memory_format(planes_));
      }
      to->slice(2, done, done + from.size(2)).copy_(from);
    };
    if (wanted) keep(y, &refined.feature);
    keep(logits, &refined.logits);
    done += y.size(2);
  }
  return refined;
}

}  // namespace prewarm::inspyrenet
