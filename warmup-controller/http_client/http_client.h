// One call by HTTP. Values only: nothing of the library beneath passes.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "common/base/result.h"

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

// `threads` do the network's work for the whole process: the first call says
// how many. The destructor waits for the calls that are on their way; after
// CancelAll they end soon, with kCancelled.
class NetworkClient : public HttpClient {
 public:
  virtual void CancelAll() = 0;
};
std::unique_ptr<NetworkClient> MakeHttpClient(int threads);

}  // namespace prewarm
