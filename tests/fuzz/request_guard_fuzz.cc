// Any bytes as requests of one connection. What comes out keeps every promise
// of the guard, and does not depend on where the network cut the bytes.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "common/http/request_guard.h"
#include "tests/fuzz/require.h"

namespace {

using prewarm::Require;
using prewarm::http::Limits;
using prewarm::http::Request;
using prewarm::http::RequestGuard;

struct Outcome {
  std::vector<Request> requests;
  bool refused = false;
};

// Small, so that short inputs reach them.
Limits SmallLimits() {
  Limits limits;
  limits.head_bytes = 256;
  limits.body_bytes = 32;
  return limits;
}

void Check(const Request& request) {
  Require(!request.method.empty() && request.path.front() == '/');
  Require(request.path.find('\0') == std::string::npos);
  Require(request.body.size() <= SmallLimits().body_bytes);
  Require(request.headers.count("transfer-encoding") == 0);
  for (const auto& [name, value] : request.headers) {
    Require(name.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ \t:\r\n") ==
            std::string::npos);
    Require(value.find_first_of("\r\n") == std::string::npos);
  }
}

Outcome Feed(std::string_view bytes, std::size_t step) {
  Outcome outcome;
  RequestGuard guard(SmallLimits());
  while (!bytes.empty()) {
    std::string_view piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    while (!piece.empty()) {
      const std::size_t before = piece.size();
      const bool body = guard.in_body();
      const auto event = guard.Consume(&piece);
      if (event == RequestGuard::Event::kRefused) {
        Require(guard.refusal().status >= 400 && guard.refusal().status < 600);
        outcome.refused = true;
        return outcome;
      }
      if (event == RequestGuard::Event::kRequest) {
        outcome.requests.push_back(guard.Take());
        Check(outcome.requests.back());
      }
      Require(piece.size() < before || body);  // it gets on
    }
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1,
                               size - 1);
  const Outcome whole = Feed(bytes, bytes.size());
  const Outcome cut = Feed(bytes, 1 + data[0] % 16);
  Require(whole.refused == cut.refused);
  Require(whole.requests.size() == cut.requests.size());
  for (std::size_t i = 0; i < whole.requests.size(); ++i) {
    Require(whole.requests[i].path == cut.requests[i].path);
    Require(whole.requests[i].headers == cut.requests[i].headers);
    Require(whole.requests[i].body == cut.requests[i].body);
  }
  return 0;
}
