#include "inference-server/engine/isnet/table.h"

namespace prewarm::isnet {
namespace {

void Rsu(const std::string& p, int levels, int in, int middle, int out,
         std::vector<ConvSpec>* specs) {
  const auto add = [&](const std::string& name, int o, int i) {
    specs->push_back({p + "." + name + ".conv_s1", o, i});
  };
  add("rebnconvin", out, in);
  for (int k = 1; k <= levels; ++k) {
    add("rebnconv" + std::to_string(k), middle, k == 1 ? out : middle);
  }
  for (int k = levels - 1; k >= 1; --k) {
    add("rebnconv" + std::to_string(k) + "d", k == 1 ? out : middle,
        2 * middle);
  }
}

}  // namespace

std::vector<ConvSpec> Convolutions() {
  std::vector<ConvSpec> specs = {{"conv_in", 64, 3}};
  Rsu("stage1", 7, 64, 32, 64, &specs);
  Rsu("stage2", 6, 64, 32, 128, &specs);
  Rsu("stage3", 5, 128, 64, 256, &specs);
  Rsu("stage4", 4, 256, 128, 512, &specs);
  Rsu("stage5", 4, 512, 256, 512, &specs);
  Rsu("stage6", 4, 512, 256, 512, &specs);
  Rsu("stage5d", 4, 1024, 256, 512, &specs);
  Rsu("stage4d", 4, 1024, 128, 256, &specs);
  Rsu("stage3d", 5, 512, 64, 128, &specs);
  Rsu("stage2d", 6, 256, 32, 64, &specs);
  Rsu("stage1d", 7, 128, 16, 64, &specs);
  specs.push_back({"side1", 1, 64});
  return specs;
}

}  // namespace prewarm::isnet
