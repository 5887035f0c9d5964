// What a request asks for: the best matte, or a quick one.
#pragma once

#include <string>

namespace prewarm {

enum class Mode { kBase, kFast };

const char* ModeName(Mode mode);  // "base", "fast"

// Of a server that has no other model than this one.
Mode ModeOfArchitecture(const std::string& architecture);

}  // namespace prewarm
