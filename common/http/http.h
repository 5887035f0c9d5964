// The vocabulary between http/ and the endpoints: requests, responses, and
// the handle through which a reply leaves. Free of Pistache and of any domain.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"

namespace prewarm::http {

struct Request {
  std::string method;  // upper case
  std::string path;    // percent-decoded, no query, starts with '/'
  std::multimap<std::string, std::string> query;   // decoded
  std::map<std::string, std::string> path_values;  // of the route's pattern
  std::map<std::string, std::string> headers;      // names in lower case
  std::string body;                                // at most Limits::body
  std::string peer_address;                        // of the socket, no port
  std::string request_id;   // X-Request-Id accepted or made here
  std::string trace_id;     // of W3C traceparent, "" if none
  bool admin_port = false;  // came in through the admin listener
  SteadyTime received{};    // when the last byte had arrived

  // Value of a header (name in lower case), "" if absent.
  std::string_view header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// application/problem+json (RFC 9457) for an error; maps ErrorCode to the
// status, sets Retry-After where the error carries one.
Response Problem(const Error& error, std::string_view request_id = "");

// An open text/event-stream. Thread-safe. Writes are bounded: a watcher that
// does not read is dropped, never waited for. It holds the connection's
// descriptor: let go of it when the client is gone.
class EventStream {
 public:
  virtual ~EventStream() = default;
  // `frame` is one complete SSE frame ending in an empty line. False once the
  // client is gone.
  virtual bool Write(std::string_view frame) = 0;
  virtual void Close() = 0;
};

// The right to answer one request, once, from any thread. Thread-safe.
// Dropped unanswered it sends 500. Replies of pipelined requests leave in the
// order of the requests, whatever the order of Send.
class Responder {
 public:
  virtual ~Responder() = default;
  virtual void Send(Response response) = 0;
  // Instead of Send: opens an event stream (close-delimited).
  virtual std::shared_ptr<EventStream> StartEvents() = 0;
  // True once the client closed the connection.
  virtual bool ClientGone() const = 0;
  // Called at most once, from a network thread, when the client goes away
  // before the reply, or leaves the stream; at once if it already has.
  virtual void OnClientGone(std::function<void()> callback) = 0;
};

using ResponderPtr = std::shared_ptr<Responder>;
// Runs on a network thread: must not block; hands long work to its own thread.
using Handler = std::function<void(Request, ResponderPtr)>;

// Routes by path, those added first before others; HEAD is served from GET
// without its body, OPTIONS from the methods known for a path, 404 and 405
// (with Allow) as problems.
class Router {
 public:
  void Add(std::string method, std::string path, Handler handler);
  // For paths with one variable tail segment: prefix "/api/v2/results/".
  void AddPrefix(std::string method, std::string prefix, Handler handler);
  // For paths with variable segments: "/api/v1/targets/{namespace}/{name}".
  // Each stands for one segment that is not empty; the request's path_values
  // has them by name.
  void AddPattern(std::string method, std::string pattern, Handler handler);
  void Dispatch(Request request, const ResponderPtr& responder) const;
  // The methods of a path, for Allow; empty if the path is unknown.
  std::vector<std::string> Methods(std::string_view path) const;

 private:
  enum class Match { kExact, kPrefix, kPattern };
  struct Route {
    std::string method, path;
    Match match;
    Handler handler;

    bool Has(std::string_view asked) const;
  };
  std::vector<Route> routes_;
};

struct Limits {
  std::size_t head_bytes = 16 << 10;
  std::size_t body_bytes = 32 << 20;
  std::chrono::milliseconds head_timeout{10000};  // slowloris
  std::chrono::milliseconds body_timeout{60000};
  std::chrono::milliseconds idle_timeout{75000};   // keep-alive
  std::chrono::milliseconds write_timeout{30000};  // per reply, slow readers
  std::size_t pending_bytes = 64 << 20;  // unsent replies, all connections
  std::size_t stream_bytes = 64 << 10;   // unsent events, per stream
  int pipeline_depth = 16;
  // Open at once, per server; over it 503. Each takes two file descriptors:
  // never more than half of what the process may open.
  int connections = 8192;
};

struct ServerOptions {
  std::string host = "0.0.0.0";  // also "[::]", IPv4 and IPv6 literals
  int port = 8080;               // 0: a free one
  int threads = 2;
  bool admin = false;  // marks requests with admin_port
  Limits limits;
  std::vector<std::string> cors_origins;  // exact origins, or "*"
  // What probes ask every second: logged at debug, not at info. One that ends
  // in / means all below it.
  std::vector<std::string> routine_paths = {"/health", "/livez", "/readyz",
                                            "/startupz", "/metrics"};
};

// A listening server. Start opens the port. Drain closes it, answers what
// arrives on open connections with `Connection: close`, and lets replies in
// flight finish until the deadline; open event streams are not waited for.
// The destructor closes all; responders that outlive it answer nobody.
class Server {
 public:
  static Result<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                               std::shared_ptr<Router> router);
  virtual ~Server() = default;
  virtual int port() const = 0;
  // True if everything in flight was answered before the deadline.
  virtual bool Drain(std::chrono::milliseconds deadline) = 0;
};

// multipart/form-data (RFC 7578), parsed from a complete body.
struct Part {
  std::string name, filename, content_type;
  std::string_view data;  // into the body that was parsed
};
// Limits: 32 parts, 4 KiB of headers per part. kInvalidArgument names what is
// wrong (no boundary, unterminated part, part without a name).
Result<std::vector<Part>> ParseMultipart(std::string_view content_type,
                                         std::string_view body);

}  // namespace prewarm::http
