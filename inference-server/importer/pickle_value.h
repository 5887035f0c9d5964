// What a state dict's pickle is made of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inference-server/importer/pickle.h"

namespace prewarm {

struct PickleValue {
  enum class Kind {
    kNone,
    kBool,
    kInt,
    kText,
    kTuple,
    kDict,     // items: key, value, key, ...
    kGlobal,   // text: "module name"
    kStorage,  // tensor: its dtype, storage and elements
    kTensor,
    kMark,
  };
  Kind kind = Kind::kNone;
  std::int64_t number = 0;
  std::string text;
  std::vector<const PickleValue*> items;
  PickledTensor tensor;
};

// Values by what a name of the whitelist stands for. kUnsupported for a name
// that is not on it, kCorrupt for arguments it can't have.
Result<PickleValue> PickleStorage(const PickleValue& id);
Result<PickleValue> PickleCall(const PickleValue& callable,
                               const PickleValue& arguments);
Status CheckPickleGlobal(const std::string& name);

}  // namespace prewarm
