// What the page consists of: files by the path at which they are served. Read
// once, at the start: no request touches a disk, and no path leads out of it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace prewarm {

struct PageFile {
  std::string bytes;
  std::string type;  // Content-Type
  std::string etag;  // strong, quoted
};

// By path: "/" and "/gifts/" for the index.html of a folder, "/page.css".
using PageFiles = std::map<std::string, PageFile>;

// Of a folder of pages; over them it is refused.
struct PageLimits {
  std::size_t files = 512;
  std::size_t file_bytes = std::size_t{8} << 20;
  std::size_t all_bytes = std::size_t{64} << 20;
  int depth = 8;  // folders below the folder
};

// By the name's end; application/octet-stream for what is not known.
std::string_view PageFileType(std::string_view name);

// The demo shop that was compiled in; or, where `folder` is not "", its files.
// Either way with the element of the program at /storefront/. Names that begin
// with a dot are passed over. kInvalidArgument names the file and what to do:
// no index.html, a link that leads out of the folder, a name that is an
// endpoint's, over the limits, what cannot be read.
Result<PageFiles> ReadPage(const std::string& folder,
                           const PageLimits& limits = {});

}  // namespace prewarm
