// Small files that a person names.
#pragma once

#include <istream>
#include <string>

#include "common/base/result.h"

namespace prewarm {

// The whole text, or one byte more than a MiB of it: readers refuse that, and
// /dev/zero is not read to its end. The error says what to do.
Result<std::string> ReadTextFile(const std::string& path);
std::string ReadText(std::istream& in);

}  // namespace prewarm
