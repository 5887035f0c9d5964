#include "inference-server/engine/torch/weights.h"

#include <ATen/ATen.h>

namespace prewarm::torch_engine {
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

std::string Shape(const std::vector<std::int64_t>& dims) {
  std::string text = "[";
  for (std::size_t i = 0; i < dims.size(); ++i) {
    text += (i > 0 ? "," : "") + std::to_string(dims[i]);
  }
  return text + "]";
}

Result<at::Tensor> LoadTensor(const SafetensorsFile& file,
                              const std::string& name,
                              const std::vector<std::int64_t>& shape) {
  const auto it = file.tensors().find(name);
  if (it == file.tensors().end()) {
    return MakeError(ErrorCode::kCorrupt, "the weights have no tensor " + name,
                     name);
  }
  const TensorView& view = it->second;
  if (view.shape != shape) {
    return MakeError(ErrorCode::kCorrupt,
                     "tensor " + name + " has shape " + Shape(view.shape) +
                         ", expected " + Shape(shape),
                     name);
  }
  at::ScalarType type = at::kFloat;
  if (view.dtype == DType::kF16) {
    type = at::kHalf;
  } else if (view.dtype != DType::kF32) {
    return MakeError(ErrorCode::kCorrupt,
                     "tensor " + name + " is neither F32 nor F16", name);
  }
  // from_blob wants a mutable pointer; clone() only reads the mapping.
  at::Tensor tensor =
      at::from_blob(const_cast<std::uint8_t*>(view.data), shape,
                    at::TensorOptions().dtype(type))
          .to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
  if (!at::isfinite(tensor).all().item<bool>()) {
    return MakeError(ErrorCode::kCorrupt,
                     "tensor " + name + " holds values that are not finite",
                     name);
  }
  return tensor;
}

}  // namespace

std::vector<ConvSpec> IsNetConvolutions() {
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

Result<std::map<std::string, ConvTensors>> LoadConvolutions(
    const SafetensorsFile& file, const std::vector<ConvSpec>& specs) {
  std::map<std::string, ConvTensors> loaded;
  for (const ConvSpec& spec : specs) {
    ConvTensors tensors;
    PREWARM_ASSIGN_OR_RETURN(
        tensors.weight,
        LoadTensor(file, spec.name + ".weight",
                   {spec.out_channels, spec.in_channels, 3, 3}));
    PREWARM_ASSIGN_OR_RETURN(tensors.bias, LoadTensor(file, spec.name + ".bias",
                                                      {spec.out_channels}));
    loaded.emplace(spec.name, std::move(tensors));
  }
  return loaded;
}

}  // namespace prewarm::torch_engine
