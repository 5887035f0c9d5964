// The API server's refusals as errors. Pure.
#pragma once

#include <string>

#include "common/base/result.h"
#include "warmup-controller/http_client/http_client.h"
#include "warmup-controller/kube/json_text.h"

namespace prewarm::kube {

// Of a Status object, as an answer's body or a watch's ERROR event has it: as
// ErrorCodeOf, but kAlreadyExists where the reason of a 409 says so, and
// kInternal without a code. `what` begins the message; retry_after_seconds as
// the server says, an hour at most.
Error ErrorOfStatus(const Json& status, const std::string& what);
// Of an answer that is none of 2xx, with or without a Status; its Retry-After
// counts too.
Error ErrorOfAnswer(const HttpAnswer& answer, const std::string& what);

}  // namespace prewarm::kube
