// One GET over http or https, certificates verified, no redirects followed.
// The proxies and the CA file of the environment count (https_proxy, no_proxy,
// SSL_CERT_FILE).
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "inference-server/download/url.h"

namespace prewarm::download {

struct HttpRequest {
  Url url;
  std::vector<std::string> headers;  // "Range: bytes=5-"
  // Without a connection or a byte for so long it counts as broken.
  std::chrono::seconds stall{30};
};

struct HttpReply {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case

  std::string Header(const std::string& name) const {
    const auto it = headers.find(name);
    return it == headers.end() ? "" : it->second;
  }
};

// Asked only for 200 and 206: other replies have no body worth reading. An
// error ends the transfer, and HttpGet returns it.
struct HttpSink {
  std::function<Status(const HttpReply&)> head;  // before the body
  std::function<Status(std::string_view)> body;
};

// A reply of whatever status. Errors: kNotFound where the host can't be
// reached, kUnavailable where the connection broke or stalled, kForbidden
// where its certificate can't be trusted, and those of the sink.
using HttpGetter =
    std::function<Result<HttpReply>(const HttpRequest&, const HttpSink&)>;

Result<HttpReply> HttpGet(const HttpRequest& request, const HttpSink& sink);

}  // namespace prewarm::download
