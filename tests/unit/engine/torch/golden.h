// The vectors of tests/testdata/inspyrenet.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

namespace prewarm::inspyrenet {

// "sq128": the arrays of sq128.npz by name. What can't be read fails the test.
std::map<std::string, at::Tensor> ReadGolden(const std::string& name);

}  // namespace prewarm::inspyrenet
