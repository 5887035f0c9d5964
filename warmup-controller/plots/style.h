// How pages with plots look, in light and in dark: plots.css, compiled in.
#pragma once

#include <string_view>

namespace prewarm {

// Empty if there is no such file.
std::string_view EmbeddedPlotFile(std::string_view name);

inline std::string_view PlotStyle() { return EmbeddedPlotFile("plots.css"); }

}  // namespace prewarm
