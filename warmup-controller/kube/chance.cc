#include "warmup-controller/kube/chance.h"

#include <memory>
#include <random>

namespace prewarm::kube {

std::function<double()> ByChance() {
  auto generator = std::make_shared<std::mt19937>(std::random_device()());
  return [generator] {
    return std::uniform_real_distribution<double>(0, 1)(*generator);
  };
}

}  // namespace prewarm::kube
