// The pickle of a state dict, as torch.save writes it: names and where each
// tensor lies. A reader of the few opcodes and names that takes (Python's
// pickletools describes them), not an unpickler: it knows no way to call
// anything, and refuses the rest.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/store/safetensors.h"

namespace prewarm {

struct PickledTensor {
  DType dtype = DType::kF32;
  std::string storage;        // name of its record
  std::int64_t elements = 0;  // of the storage
  // All in elements; not checked against the storage.
  std::int64_t offset = 0;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;
};

// Protocols 2 to 5; at most a million values. kCorrupt where the pickle is cut
// off or makes no sense; kUnsupported where it is more than a dict of tensors,
// with the opcode or name that says so.
Result<std::map<std::string, PickledTensor>> ReadStateDict(
    std::string_view pickle);

}  // namespace prewarm
