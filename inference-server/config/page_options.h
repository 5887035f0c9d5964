// What a page is told of the controller. Pure.
#pragma once

#include "common/base/result.h"
#include "inference-server/config/config.h"

namespace prewarm {

// --page-controller and --page-target: both or neither, and fit to stand in a
// header and in a URL. Takes slashes off the URL's end. kInvalidArgument names
// the option, its value and the fix.
Status CheckPageOptions(ServerConfig* config);

}  // namespace prewarm
