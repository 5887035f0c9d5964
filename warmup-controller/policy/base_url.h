// A URL that paths are added to.
#pragma once

#include <string_view>

#include "common/base/result.h"

namespace prewarm {

// http or https, a host, perhaps a port and a path that does not end in /;
// neither user nor query nor fragment.
Status CheckBaseUrl(std::string_view url);

}  // namespace prewarm
