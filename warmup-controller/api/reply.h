// What endpoints have in common.
#pragma once

#include <memory>
#include <string>

#include "warmup-controller/api/context.h"

namespace prewarm {

// 200 with JSON that is not to be kept.
http::Response JsonReply(std::string json);

// 200 with Prometheus text.
http::Response MetricsReply(std::string text);

// Of the path's {namespace} and {name}. kNotFound does not say which there
// are; kUnavailable: the controller has just begun and knows none yet.
Result<std::shared_ptr<const PolicyStatus>> PolicyOf(
    const ApiContext& context, const http::Request& request);
Result<std::shared_ptr<const TargetStatus>> TargetOf(
    const ApiContext& context, const http::Request& request);

}  // namespace prewarm
