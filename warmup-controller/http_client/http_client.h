// One call by HTTP, its answer whole or line by line. Values only: nothing of
// the library beneath passes.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/base/stop_signal.h"
#include "warmup-controller/http_client/connection_options.h"

namespace prewarm {

struct HttpCall {
  std::string method = "GET";
  std::string url;  // http or https, with a host; no user, no fragment
  std::map<std::string, std::string> headers;
  std::string body;
  // Until the whole answer is there. More than 0.
  std::chrono::milliseconds timeout{10000};
  std::size_t most_bytes = 1 << 20;  // of the answer's body
};

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// Thread-safe.
class HttpClient {
 public:
  using Done = std::function<void(Result<HttpAnswer>)>;

  virtual ~HttpClient() = default;
  // Returns at once; `done` is called once, from any thread, and must not
  // block. Any status is an answer, redirects too: they are never followed.
  // kInvalidArgument: a URL that is none; kUnavailable: nobody answers, or
  // not to the end; kDeadlineExceeded; kTooLarge: more than most_bytes.
  virtual void Send(HttpCall call, Done done) = 0;
};

struct StreamCall {
  // Its `timeout` is until the head is there, its `most_bytes` of a body that
  // is no stream, because its status isn't 200.
  HttpCall call;
  std::chrono::milliseconds inactivity{60000};  // more than 0
  std::size_t most_line_bytes = 4 << 20;
};

// Thread-safe.
class LineStreams {
 public:
  // False ends the stream. `line` is without its line feed, and gone
  // afterwards.
  using OnLine = std::function<bool(std::string_view line)>;

  virtual ~LineStreams() = default;
  // Blocks, and calls `on_line` on the caller's own thread, until the server
  // ends the stream, `on_line` does, or `stop`. A slow `on_line` is kTooLarge
  // in the end: what it has not read yet lies in memory. The answer has a body
  // only where its status is not 200. Further errors: kInvalidArgument,
  // kUnavailable (a line that was not ended, too), kDeadlineExceeded
  // (inactivity), kCancelled (`stop`).
  virtual Result<HttpAnswer> ReadLines(const StreamCall& call,
                                       const OnLine& on_line,
                                       StopSignal* stop) = 0;
};

// `threads` do the network's work for the whole process: the first client says
// how many. The destructor waits for the calls that are on their way; after
// CancelAll they end soon, with kCancelled. Streams have ended before.
class NetworkClient : public HttpClient, public LineStreams {
 public:
  virtual void CancelAll() = 0;
};
std::unique_ptr<NetworkClient> MakeHttpClient(int threads);
// With own authorities, a client's certificate, or a proxy. kInvalidArgument
// names the field of `options`.
Result<std::unique_ptr<NetworkClient>> MakeHttpClient(
    int threads, const ConnectionOptions& options);

}  // namespace prewarm
