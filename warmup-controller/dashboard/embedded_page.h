// The page's files, compiled into the program; see CMakeLists.txt.
#pragma once

#include <string_view>

namespace prewarm {

// Empty if there is no such file.
std::string_view EmbeddedDashboardFile(std::string_view name);

}  // namespace prewarm
