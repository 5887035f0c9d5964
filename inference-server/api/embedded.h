// Files that were compiled into the program; see CMakeLists.txt.
#pragma once

#include <string_view>
#include <vector>

namespace prewarm {

struct Embedded {
  std::string_view name;    // "openapi.json", "page/...", "storefront/..."
  std::string_view bytes;   // live as long as the program
  std::string_view sha256;  // of the bytes, hex; made when it was compiled
};

// Empty if there is no such file.
std::string_view EmbeddedFile(std::string_view name);
const std::vector<Embedded>& EmbeddedFiles();

}  // namespace prewarm
