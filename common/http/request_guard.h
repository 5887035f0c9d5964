// Reads HTTP/1.1 requests (RFC 9112) from the bytes of one connection and
// vets every one of them: nothing behind this class sees a request that is
// ambiguous, oversized or malformed. Pure; one thread at a time.
//
// Stricter than the RFC on purpose: no Transfer-Encoding (411), no line
// folding, no bare LF, one Content-Length, absolute-path targets only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/http/http.h"

namespace prewarm::http {

class RequestGuard {
 public:
  enum class Event {
    kNeedMore,      // all input consumed
    kHeadAccepted,  // a head with a body was accepted; see expects_continue()
    kRequest,       // a request is complete: Take()
    kRefused,       // see refusal(); the connection must be closed
  };

  struct Refusal {
    int status;
    std::string message;
    std::string field;
  };

  explicit RequestGuard(const Limits& limits) : limits_(limits) {}

  // Consumes a prefix of `input` and says what happened. After kRefused all
  // further input is to be thrown away.
  Event Consume(std::string_view* input);

  Request Take();
  bool expects_continue() const { return expects_continue_; }
  bool close_after() const { return close_after_; }  // of the taken request
  const Refusal& refusal() const { return *refusal_; }
  bool in_head() const { return !in_body_ && !head_.empty(); }
  bool in_body() const { return in_body_; }

 private:
  void SkipEmptyLines(std::string_view* input);
  Event Refuse(int status, std::string message, std::string field = "");
  Event ParseHead();
  bool ParseRequestLine(std::string_view line);
  bool ParseHeader(std::string_view line);
  bool ParseTarget(std::string_view target);
  Event CheckHeaders();

  Limits limits_;
  std::string head_;
  Request request_;
  std::optional<Refusal> refusal_;
  std::size_t body_left_ = 0;
  bool in_body_ = false;
  bool http_1_0_ = false;
  bool expects_continue_ = false;
  bool close_after_ = false;
};

// Percent-decodes; nullopt for a bad escape or a NUL. `plus`: '+' is a space.
std::optional<std::string> PercentDecode(std::string_view text, bool plus);

}  // namespace prewarm::http
