// Errors as values. A function that can fail returns Result<T> (or Status);
// exceptions of third-party code are caught at the edge that calls it.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace prewarm {

// What kind of failure it is, in terms a caller can act upon. The HTTP layer
// maps each to one status code (http/problem.h); nothing else does.
enum class ErrorCode {
  kInvalidArgument,    // the caller's input breaks a rule: 400
  kUnauthorized,       // no or wrong credentials: 401
  kForbidden,          // known, but not allowed: 403
  kNotFound,           // 404
  kMethodNotAllowed,   // 405
  kConflict,           // somebody else changed it since it was read: 409
  kAlreadyExists,      // 409
  kGone,               // no longer kept, start afresh: 410
  kTooLarge,           // over a byte, pixel or side limit: 413
  kUnsupported,        // a format that is not read here: 415
  kUnprocessable,      // right format, damaged or impossible content: 422
  kResourceExhausted,  // over a quota or a queue bound, retry later: 429
  kInternal,           // our fault: 500
  kUnavailable,        // cold, draining or failed, retry later: 503
  kDeadlineExceeded,   // waited as long as asked: 504
  kCancelled,          // the caller went away
  kDeviceLost,         // only a new process can use the device again: 503
  kCorrupt,            // stored data fails its checksum: 500, quarantine
};

// An error names what was wrong: `message` is one sentence for a human that
// says what was got and what to do; `field` is the option, header, tensor or
// YAML path concerned ("" if none).
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::string field;
  // Measured time after which a retry has a chance, for 429 and 503.
  std::optional<int> retry_after_seconds;
};

// Either a T or an Error. Not thread-safe; value semantics.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : data_(std::in_place_index<0>, std::move(value)) {
  }  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : data_(std::in_place_index<1>, std::move(error)) {
  }  // NOLINT(google-explicit-constructor)

  bool ok() const { return data_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Precondition: ok().
  T& value() & {
    assert(ok());
    return *std::get_if<0>(&data_);
  }
  const T& value() const& {
    assert(ok());
    return *std::get_if<0>(&data_);
  }
  T&& value() && {
    assert(ok());
    return std::move(*std::get_if<0>(&data_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // Precondition: !ok().
  const Error& error() const {
    assert(!ok());
    return *std::get_if<1>(&data_);
  }

 private:
  std::variant<T, Error> data_;
};

struct Ok {};
// A result without a value: `return Ok{};` on success.
using Status = Result<Ok>;

inline Error MakeError(ErrorCode code, std::string message,
                       std::string field = "") {
  return Error{code, std::move(message), std::move(field), std::nullopt};
}

}  // namespace prewarm

#define PREWARM_CONCAT_INNER(a, b) a##b
#define PREWARM_CONCAT(a, b) PREWARM_CONCAT_INNER(a, b)

// Returns from the calling function when `expr` (a Status or Result) failed.
#define PREWARM_RETURN_IF_ERROR(expr)                        \
  do {                                                       \
    auto&& prewarm_status = (expr);                          \
    if (!prewarm_status.ok()) return prewarm_status.error(); \
  } while (false)

// PREWARM_ASSIGN_OR_RETURN(auto x, MakeX()); moves the value out.
#define PREWARM_ASSIGN_OR_RETURN(lhs, expr)                                 \
  PREWARM_ASSIGN_OR_RETURN_(PREWARM_CONCAT(prewarm_result_, __LINE__), lhs, \
                            expr)
#define PREWARM_ASSIGN_OR_RETURN_(tmp, lhs, expr) \
  auto tmp = (expr);                              \
  if (!tmp.ok()) return tmp.error();              \
  lhs = std::move(tmp).value()
