// The Responder of a request that came over a Connection.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/http/connection.h"
#include "common/http/http.h"

namespace prewarm::http {

// What a reply needs to know of its request, and the access log of both.
struct Exchange {
  std::string method;
  std::string path;
  std::string origin;
  std::string request_id;
  std::string trace_id;
  SteadyTime received{};
  bool close = false;    // the client asks for it
  bool routine = false;  // a probe: logged at debug
};

// What all connections of a server share.
struct ServerShared {
  std::vector<std::string> cors_origins;
  std::atomic<int> in_flight{0};
  std::atomic<bool> draining{false};
};

ResponderPtr MakeResponder(std::shared_ptr<Connection> connection,
                           Connection::SlotNumber slot, Exchange exchange,
                           std::shared_ptr<ServerShared> shared);

}  // namespace prewarm::http
