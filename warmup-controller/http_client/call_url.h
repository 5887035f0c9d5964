// The parts of a URL that a call may have.
#pragma once

#include <string>

#include "common/base/result.h"

namespace prewarm {

struct CallUrl {
  std::string base;  // "http://host:port": the connection
  std::string path;  // with the query, "/" at least
};

// kInvalidArgument: not http or https, no host, a user, a fragment, a port
// that is none.
Result<CallUrl> ParseCallUrl(const std::string& url);

}  // namespace prewarm
