// Makes the vectors of the served size in tests/testdata/inspyrenet: weights
// and picture by formula, the original's steps, in fp32 or in double precision.
//
//   inspyrenet_full_size fp32|fp64 DIR     one .npy a stage into DIR
#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "inference-server/tensor_file/npy.h"
#include "tests/unit/engine/torch/formula.h"
#include "tests/unit/engine/torch/full_size.h"

using prewarm::inspyrenet::Rounding;

int main(int argc, char** argv) {
  const std::string type = argc == 3 ? argv[1] : "";
  if (type != "fp32" && type != "fp64") {
    std::fprintf(stderr, "usage: inspyrenet_full_size fp32|fp64 DIR\n");
    return 2;
  }
  const c10::InferenceMode guard;
  const at::TensorOptions options = type == "fp64" ? at::kDouble : at::kFloat;
  const auto network = prewarm::inspyrenet::FormulaNetwork(
      prewarm::inspyrenet::kFullSize, Rounding::kOriginal, options);
  const at::Tensor x =
      prewarm::inspyrenet::FormulaInput(prewarm::inspyrenet::kFullSize);
  for (const auto& [stage, sampled] :
       prewarm::inspyrenet::SampledStages(network, x.to(options))) {
    const at::Tensor values = sampled.to(at::kFloat).contiguous();
    const float* const first = values.data_ptr<float>();
    std::ofstream file(std::string(argv[2]) + "/" + stage + ".npy",
                       std::ios::binary);
    file << prewarm::FormatNpy(
        {values.sizes().vec(), {first, first + values.numel()}});
    if (!file.flush()) {
      std::fprintf(stderr, "can't write into %s; give a folder that exists\n",
                   argv[2]);
      return 1;
    }
  }
  return 0;
}
