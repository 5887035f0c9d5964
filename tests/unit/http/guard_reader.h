// Feeds bytes to a RequestGuard and keeps what came out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/http/request_guard.h"

namespace prewarm::http {

struct GuardReader {
  explicit GuardReader(const Limits& limits = {}) : guard(limits) {}

  // In pieces of `step` bytes; stops at a refusal.
  GuardReader& Feed(std::string_view bytes, std::size_t step = SIZE_MAX) {
    while (!bytes.empty() && refused == 0) {
      std::string_view piece = bytes.substr(0, step);
      bytes.remove_prefix(piece.size());
      while (!piece.empty() && refused == 0) Step(&piece);
    }
    return *this;
  }

  RequestGuard guard;
  std::vector<Request> requests;
  int heads = 0;    // with a body to come
  int refused = 0;  // its status

 private:
  void Step(std::string_view* piece) {
    switch (guard.Consume(piece)) {
      case RequestGuard::Event::kNeedMore:
        break;
      case RequestGuard::Event::kHeadAccepted:
        ++heads;
        break;
      case RequestGuard::Event::kRequest:
        requests.push_back(guard.Take());
        break;
      case RequestGuard::Event::kRefused:
        refused = guard.refusal().status;
        break;
    }
  }
};

// The status of the refusal of these bytes; 0 if none.
inline int RefusalOf(std::string_view bytes) {
  return GuardReader().Feed(bytes).refused;
}

// A GET with these header lines beside Host.
inline std::string GetWith(std::string_view lines) {
  return "GET / HTTP/1.1\r\nHost: x\r\n" + std::string(lines) + "\r\n";
}

}  // namespace prewarm::http
