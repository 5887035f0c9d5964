// What the Admin API refuses, in terms of who has to do what. Pure.
#pragma once

#include <string>

#include "common/base/json_text.h"
#include "common/base/result.h"
#include "warmup-controller/http_client/http_client.h"

namespace prewarm::cloudrun {

using Json = nlohmann::json;

// Of an answer that is none of 2xx to a call about `name`, a service's full
// name: a google.rpc.Status as JSON, or whatever a proxy says.
//
// As ErrorCodeOf, but 412 kConflict as 409 (read it again), and 500
// kUnavailable; with 403 the role that is missing; retry_after_seconds as it
// says.
Error ErrorOfAnswer(const HttpAnswer& answer, const std::string& name);

// Of a google.rpc.Status, as an operation has it, by its code
// (google.rpc.Code).
Error ErrorOfRpc(const Json& status);

// Worth another try without anybody doing anything.
bool IsPassing(const Error& error);

}  // namespace prewarm::cloudrun
