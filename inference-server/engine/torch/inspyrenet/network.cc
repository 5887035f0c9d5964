#include "inference-server/engine/torch/inspyrenet/network.h"

#include <ATen/ATen.h>

namespace prewarm::inspyrenet {
namespace {

constexpr std::int64_t kStep = 4;
constexpr std::int64_t kMinSide = 32;
constexpr std::int64_t kMaxPixels = std::int64_t{1} << 24;
constexpr std::int64_t kChannels[] = {128, 128, 256, 512, 1024};

Size Part(const Size& size, std::int64_t stride) {
  return {size.height / stride, size.width / stride};
}

// Divided as the coarser feature is.
at::Tensor Join(const at::Tensor& context, const Saliency& coarser,
                const Size& size) {
  at::Tensor near = Resize(context, size, Corners::kNotAligned);
  if (coarser.divisor.defined()) {
    const at::Tensor one = at::ones({1}, coarser.divisor.options());
    near = near * (one / coarser.divisor).to(near.scalar_type());
  }
  return at::cat({near, Resize(coarser.feature, size, Corners::kNotAligned)},
                 1);
}

}  // namespace

Status CheckSize(const Size& size) {
  if (size.height % kStep == 0 && size.width % kStep == 0 &&
      size.height >= kMinSide && size.width >= kMinSide &&
      size.height <= kMaxPixels / size.width) {
    return Ok{};
  }
  return MakeError(ErrorCode::kInvalidArgument,
                   "the network takes no picture of " +
                       std::to_string(size.width) + " x " +
                       std::to_string(size.height) +
                       "; give sides that are multiples of 4, 32 at least, and "
                       "16 megapixels at most",
                   "size");
}

Network::Network(Parameters* from, const Size& base)
    : backbone_(from),
      decoder_(from),
      attention2_(from, "attention2", 2 * kDepth, false, Part(base, 4)),
      attention1_(from, "attention1", 2 * kDepth, true, Part(base, 2)),
      attention0_(from, "attention0", kDepth, true, base),
      pyramid_(
          Pyramid::Kernel().to(from->options().dtype(Wide(from->type())))) {
  for (int i = 0; i < 5; ++i) {
    contexts_.emplace_back(from, "context" + std::to_string(i + 1),
                           kChannels[i]);
  }
}

Levels Network::Forward(const at::Tensor& x, const Observer& observer,
                        const WindowLayouts* layouts) const {
  const Size size = SizeOf(x);
  if (x.is_cuda() && layouts == nullptr) {
    const WindowLayouts made = LayOutWindows(size, x.options());
    return Forward(x, observer, &made);
  }
  const auto done = [&](const char* stage, const at::Tensor& value) {
    if (observer) observer(stage, value);
  };
  std::vector<at::Tensor> contexts;
  {
    Swin::Features features = backbone_(x, layouts);
    const char* const names[] = {"s0", "s1", "s2", "s3", "s4"};
    for (std::size_t i = 0; i < features.size(); ++i) {
      done(names[i], features[i]);
      contexts.push_back(contexts_[i](features[i]));
      features[i].reset();  // the head is where the memory goes
    }
  }
  Levels levels;
  Saliency at8 = decoder_(contexts[2], contexts[3], contexts[4]);
  levels.d3 = at8.logits.to(Wide(x.scalar_type()));
  done("d3", levels.d3);

  const Saliency at4 =
      attention2_(Join(contexts[1], at8, Part(size, 4)), {}, levels.d3, {});
  levels.p2 = at4.logits;
  levels.d2 = pyramid_.Reconstruct(levels.d3, levels.p2);
  done("p2", levels.p2);
  done("d2", levels.d2);

  Saliency at2 = attention1_(Join(contexts[0], at4, Part(size, 2)), at4.divisor,
                             levels.d2, levels.p2);
  contexts.clear();
  levels.p1 = at2.logits;
  levels.d1 = pyramid_.Reconstruct(levels.d2, levels.p1);
  done("p1", levels.p1);
  done("d1", levels.d1);

  const at::Tensor full = Resize(at2.feature, size, Corners::kNotAligned);
  at2.feature.reset();
  levels.p0 =
      attention0_(full, at2.divisor, levels.d1, levels.p1, false).logits;
  levels.d0 = pyramid_.Reconstruct(levels.d1, levels.p0);
  done("p0", levels.p0);
  done("d0", levels.d0);
  return levels;
}

at::Tensor Matte(const at::Tensor& logits) {
  const at::Tensor matte = at::sigmoid(logits);
  // The lowest as the highest of the negative: one kernel less to load.
  const at::Tensor minus_low = at::amax(matte * -1, {1, 2, 3}, true);
  const at::Tensor high = at::amax(matte, {1, 2, 3}, true);
  return (matte + minus_low) / (high + minus_low + 1e-8);
}

at::Tensor HonestMatte(const at::Tensor& logits) {
  // Above 0; a comparison would be one kernel more to load.
  const at::Tensor seen =
      at::clamp(at::amax(logits, {1, 2, 3}, true), 0, 1).to(at::kBool);
  return at::where(seen, Matte(logits), at::sigmoid(logits));
}

}  // namespace prewarm::inspyrenet
