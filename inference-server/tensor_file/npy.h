// Arrays of float32 in NumPy's .npy files (numpy.lib.format, versions 1.0 and
// 2.0): for anyone's comparison of the networks. Never trusted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace prewarm {

struct Array {
  std::vector<std::int64_t> shape;
  std::vector<float> values;  // in C order
};

// kCorrupt for what is no .npy file or contradicts itself, kUnsupported for
// other types, byte orders or Fortran order: each says what was found and what
// to write instead. At most 8 axes and 2^31 values.
Result<Array> ParseNpy(std::string_view file);

// Version 1.0. Precondition: as many values as the shape has.
std::string FormatNpy(const Array& array);

}  // namespace prewarm
