// The Accept header (RFC 9110, 12.5.1). Pure.
#pragma once

#include <string_view>

namespace prewarm::http {

// Whether it asks for text/event-stream by name.
bool WantsEvents(std::string_view accept);

}  // namespace prewarm::http
