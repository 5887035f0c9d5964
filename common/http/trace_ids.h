// Names of a request in logs: X-Request-Id, and the trace id of W3C Trace
// Context (w3.org/TR/trace-context, section 3.2).
#pragma once

#include <string>
#include <string_view>

namespace prewarm::http {

// The offered id if it is 1 to 128 of [A-Za-z0-9._-], else a new one.
std::string RequestId(std::string_view offered);
// The trace id of a valid `traceparent`, else "".
std::string TraceId(std::string_view traceparent);

}  // namespace prewarm::http
