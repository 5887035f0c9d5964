// What a status of HTTP means to who has asked. Pure.
#pragma once

#include "common/base/result.h"

namespace prewarm {

// Of an answer that is none of 2xx: 400 kInvalidArgument, 401 kUnauthorized,
// 403 kForbidden, 404 kNotFound, 405 kMethodNotAllowed, 406 and 415
// kUnsupported, 409 kConflict, 410 kGone, 413 kTooLarge, 422 kUnprocessable,
// 429 kResourceExhausted, 504 kDeadlineExceeded; 500 and what is no error of
// HTTP or not named here kInternal, other 5xx kUnavailable. An API that means
// something else by one of them says so itself.
ErrorCode ErrorCodeOf(int http_status);

}  // namespace prewarm
