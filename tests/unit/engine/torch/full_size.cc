#include "tests/unit/engine/torch/full_size.h"

#include <ATen/ATen.h>

namespace prewarm::inspyrenet {
namespace {

constexpr std::int64_t kLevelSamples = 64;
constexpr std::int64_t kMatteSamples = 128;

at::Tensor Sampled(const at::Tensor& map, std::int64_t samples) {
  return map.slice(2, 0, map.size(2), map.size(2) / samples)
      .slice(3, 0, map.size(3), map.size(3) / samples)
      .contiguous();
}

}  // namespace

std::map<std::string, at::Tensor> SampledStages(const Network& network,
                                                const at::Tensor& x) {
  const Levels levels = network.Forward(x);
  std::map<std::string, at::Tensor> stages = {
      {"d3", levels.d3}, {"d2", levels.d2}, {"d1", levels.d1},
      {"d0", levels.d0}, {"p2", levels.p2}, {"p1", levels.p1},
      {"p0", levels.p0}};
  for (auto& [stage, map] : stages) map = Sampled(map, kLevelSamples);
  stages["pred"] = Sampled(Matte(levels.d0), kMatteSamples);
  return stages;
}

}  // namespace prewarm::inspyrenet
