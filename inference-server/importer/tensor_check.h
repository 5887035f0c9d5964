// Whether the tensors of a file are those of an architecture.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/store/safetensors.h"

namespace prewarm {

// Every tensor of `table` there and of its shape, `strict`: and no other.
// Otherwise kCorrupt lists the differences (at most 5 of each kind); `network`
// names the architecture in it.
Status CheckTensors(
    const std::string& network,
    const std::map<std::string, std::vector<std::int64_t>>& table,
    const std::map<std::string, TensorView>& tensors, bool strict);

}  // namespace prewarm
