// A call in the library's terms, and an answer's head in ours.
#pragma once

#include <cpprest/http_client.h>

#include <string>

#include "warmup-controller/http_client/http_client.h"

namespace prewarm {

// kInvalidArgument: a header that would add another one, or a request.
Status CheckHeaders(const HttpCall& call);
web::http::http_request RequestOf(const HttpCall& call,
                                  const std::string& path);
// Without its body.
HttpAnswer HeadOf(const web::http::http_response& response);

// The errors of a call.
Error TooLarge(const HttpCall& call);
Error CallFailed(const HttpCall& call, const std::string& what);

}  // namespace prewarm
