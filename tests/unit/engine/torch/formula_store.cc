#include "tests/unit/engine/torch/formula_store.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <map>

#include "common/store/safetensors.h"
#include "inference-server/engine/reference.h"
#include "tests/support/test_model.h"
#include "tests/unit/engine/torch/formula.h"

namespace prewarm::inspyrenet {

StoredModel PublishFormulaModel(const std::string& root) {
  std::map<std::string, TensorView> tensors;
  for (const auto& [name, tensor] : FormulaWeights()) {
    TensorView& view = tensors[name];
    view.shape = tensor.sizes().vec();
    view.data = static_cast<const std::uint8_t*>(tensor.data_ptr());
    view.bytes = tensor.nbytes();
  }
  StoredModel model =
      PublishTestModel(root, 256, "inspyrenet-base", "weights",
                       "2026-01-01T00:00:00Z", "inspyrenet-base");
  // In the place of the few bytes that the fake engine is content with.
  std::filesystem::remove(model.weights_path);
  const Status written = WriteSafetensors(model.weights_path, tensors, {});
  EXPECT_TRUE(written.ok()) << written.error().message;
  return model;
}

}  // namespace prewarm::inspyrenet
