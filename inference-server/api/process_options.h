// The options of POST /api/v2/process, from query and form fields. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/http/http.h"
#include "inference-server/engine/input_size.h"
#include "inference-server/imaging/compose.h"
#include "inference-server/imaging/encode.h"
#include "inference-server/warmup/status.h"

namespace prewarm {

struct ProcessOptions {
  std::optional<Mode> mode;  // unset: the server's default
  Resize resize = Resize::kStatic;
  ComposeOptions compose;
  EncodeOptions encode;
  double max_wait_seconds = 0;
  std::optional<bool> share;  // see sharing.h; unset: as the server has it
};

struct ProcessInput {
  std::string_view image;       // bytes of the file, into the request's body
  std::string_view background;  // "" if none
  ProcessOptions options;
  std::map<std::string, std::string> given;  // options as they were written
  bool json_reply = false;                   // by the Accept header
};

// Everything a client can get wrong is kInvalidArgument (or kUnsupported for
// an unknown Content-Type) and names the field, the value and the fix.
// `max_wait`: the server's default and upper limit, seconds.
Result<ProcessInput> ParseProcessRequest(const http::Request& request,
                                         double max_wait);

// Of everything that decides the reply, for Idempotency-Key: the same for a
// form that was sent again with another boundary.
std::string Fingerprint(const ProcessInput& input);

// The model that answers. kInvalidArgument (field "mode") where the server has
// none of that mode, as far as it knows by now.
Result<ModelStatus> ModelFor(const WarmStatus& status,
                             std::optional<Mode> mode);
// For the metrics: that which is asked for, else the default.
Mode ModeOf(const WarmStatus& status, std::optional<Mode> mode);

// One option; unknown names are refused.
Status SetProcessOption(const std::string& name, const std::string& value,
                        double max_wait, ProcessOptions* options);

}  // namespace prewarm
