// File names on a terminal and in a page: they are whatever bytes a folder
// holds. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace prewarm::quality {

// Valid UTF-8 that neither moves a cursor nor turns the direction of writing:
// what would is a question mark.
std::string Printable(std::string_view name);

// Printable, and at most `columns` (> 3) characters, cut at the end by "...".
std::string Fit(std::string_view name, std::size_t columns);

}  // namespace prewarm::quality
