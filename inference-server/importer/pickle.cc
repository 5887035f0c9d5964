#include "inference-server/importer/pickle.h"

#include "inference-server/importer/pickle_machine.h"

namespace prewarm {

Result<std::map<std::string, PickledTensor>> ReadStateDict(
    std::string_view pickle) {
  using Kind = PickleValue::Kind;
  PickleMachine machine(pickle);
  PREWARM_ASSIGN_OR_RETURN(const PickleValue* const top, machine.Run());
  if (top->kind != Kind::kDict) {
    return MakeError(ErrorCode::kUnsupported,
                     "the checkpoint is no dict of tensors; save "
                     "model.state_dict()",
                     "file");
  }
  std::map<std::string, PickledTensor> tensors;
  for (std::size_t i = 0; i + 1 < top->items.size(); i += 2) {
    const PickleValue& key = *top->items[i];
    const PickleValue& value = *top->items[i + 1];
    if (key.kind != Kind::kText || value.kind != Kind::kTensor) {
      return MakeError(ErrorCode::kUnsupported,
                       "the checkpoint's entry \"" + key.text +
                           "\" is no tensor; save model.state_dict() alone",
                       "file");
    }
    tensors[key.text] = value.tensor;
  }
  return tensors;
}

}  // namespace prewarm
