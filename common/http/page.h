// Pages that the programs bring with them.
#pragma once

#include <string>
#include <string_view>

#include "common/http/http.h"

namespace prewarm::http {

// The Content-Security-Policy of a page: scripts, styles, pictures and workers
// of its own origin alone, nothing inline, no frame around it. `called`: an
// origin that its scripts may call as well, "" for none.
std::string PagePolicy(std::string_view called);

// A file of a page, to be asked for again each time.
Response PageReply(std::string_view content_type, std::string_view body,
                   std::string_view called = "");

}  // namespace prewarm::http
