#include "warmup-controller/http_client/error_code.h"

namespace prewarm {

ErrorCode ErrorCodeOf(int http_status) {
  switch (http_status) {
    case 400:
      return ErrorCode::kInvalidArgument;
    case 401:
      return ErrorCode::kUnauthorized;
    case 403:
      return ErrorCode::kForbidden;
    case 404:
      return ErrorCode::kNotFound;
    case 405:
      return ErrorCode::kMethodNotAllowed;
    case 406:
    case 415:
      return ErrorCode::kUnsupported;
    case 409:
      return ErrorCode::kConflict;
    case 410:
      return ErrorCode::kGone;
    case 413:
      return ErrorCode::kTooLarge;
    case 422:
      return ErrorCode::kUnprocessable;
    case 429:
      return ErrorCode::kResourceExhausted;
    case 504:
      return ErrorCode::kDeadlineExceeded;
    default:
      return http_status > 500 && http_status < 600 ? ErrorCode::kUnavailable
                                                    : ErrorCode::kInternal;
  }
}

}  // namespace prewarm
